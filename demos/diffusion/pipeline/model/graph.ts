import { readdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { StudioError } from "../../studio-error.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { describeOpenFailure, describeRunFailure } from "./graph-errors.ts";
import { fromHalf, toHalf } from "./half.ts";

export interface GraphOptions {
  /** Processor cores one run may take. @default all that there are */
  readonly threads?: number | undefined;
}

/** Numbers for one input; they are converted to the type that the graph declares. */
export interface Feed {
  readonly data: Float32Array | readonly number[];
  readonly dims: readonly number[];
}

export interface GraphOutput {
  /** Of its own: nobody writes into it again. */
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** One input or output as the graph declares it. */
export interface TensorInfo {
  readonly name: string;
  /** Such as "float32", "float16", "int64". */
  readonly type: string;
  /** Fixed sides as numbers, free ones as names. */
  readonly shape: readonly (number | string)[];
}

/**
 * One ONNX file, opened. Names and types are the graph's own: feeds become what it declares, results become floats.
 */
export class Graph {
  /** The file with its folder, as error messages name it. */
  readonly file: string;
  readonly inputs: ReadonlyMap<string, TensorInfo>;
  readonly outputs: ReadonlyMap<string, TensorInfo>;
  /** Milliseconds spent in the runtime so far. */
  runMs = 0;
  readonly #session: InferenceSession;
  /** Converted feeds of the last run, used again while their size stays. */
  readonly #converted = new Map<string, Uint16Array<ArrayBuffer>>();
  /** Tensors over buffers that are fed again and again: a step then makes none. */
  readonly #tensors = new WeakMap<Float32Array, Tensor>();

  private constructor(file: string, session: InferenceSession) {
    this.file = file;
    this.#session = session;
    this.inputs = readInfos(session.inputMetadata);
    this.outputs = readInfos(session.outputMetadata);
  }

  /**
   * Opens a file; weights beside it are found by themselves.
   *
   * @throws {StudioError} `MODEL_FILE` when it is missing, no graph or cut off, `MODEL_OPERATOR` for an operator that
   * cannot run here, `MEMORY_LIMIT`.
   */
  static async open(path: string, { threads = availableParallelism() }: GraphOptions = {}): Promise<Graph> {
    const file = join(basename(dirname(path)), basename(path));
    if (!(await isFile(path))) {
      throw new StudioError("MODEL_FILE", { message: `Expected the file ${file}; it is missing.` });
    }
    try {
      const session = await InferenceSession.create(path, {
        intraOpNumThreads: threads,
        logSeverityLevel: 4,
        // The arena keeps what a run once took. For a large model that is gigabytes that nothing else gets; without it
        // a run costs some percent more.
        enableCpuMemArena: (await weightBytes(path)) < mostBytesWithArena,
        // A server's cores have other things to do than to wait in a loop for the next run.
        extra: { session: { intra_op: { allow_spinning: "0" } } },
      });
      return new Graph(file, session);
    } catch (cause) {
      throw describeOpenFailure(file, cause);
    }
  }

  /**
   * Runs the graph.
   *
   * @param wanted names of outputs
   * @throws {StudioError} `MODEL_RUN`, or `MEMORY_LIMIT`.
   */
  async run(feeds: Readonly<Record<string, Feed>>, wanted: readonly string[]): Promise<GraphOutput[]> {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, this.#toTensor(name, feed)]),
    );
    const results = await this.#run(tensors, wanted);
    return wanted.map((name) => {
      const tensor = results[name]!;
      return { data: toFloats(tensor, this.file), dims: tensor.dims };
    });
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  async #run(
    tensors: InferenceSession.FeedsType,
    wanted: readonly string[],
  ): Promise<InferenceSession.ReturnType> {
    const startMs = performance.now();
    try {
      return await this.#session.run(tensors, wanted);
    } catch (cause) {
      throw describeRunFailure(this.file, cause);
    } finally {
      this.runMs += performance.now() - startMs;
    }
  }

  #toTensor(name: string, { data, dims }: Feed): Tensor {
    const type = this.inputs.get(name)?.type;
    switch (type) {
      case "float32":
        return data instanceof Float32Array
          ? this.#overFloats(data, dims)
          : new Tensor("float32", Float32Array.from(data), dims);
      case "float16":
        return overHalves(this.#toHalves(name, data), dims);
      case "float64":
        return new Tensor("float64", Float64Array.from(data), dims);
      case "int64":
        return new Tensor(
          "int64",
          BigInt64Array.from(data, (value) => BigInt(roundHalfEven(value))),
          dims,
        );
      case "int32":
        return new Tensor("int32", Int32Array.from(data, roundHalfEven), dims);
      default:
        throw new StudioError("MODEL_SHAPE", {
          message: `${this.file}, input ${name}: expected numbers of type float or integer, the graph declares ${type ?? "no such input"}.`,
        });
    }
  }

  /** Takes the buffer as it is: what is written into it later, the next run sees. */
  #overFloats(data: Float32Array, dims: readonly number[]): Tensor {
    const kept = this.#tensors.get(data);
    if (kept?.dims.length === dims.length && dims.every((side, i) => side === kept.dims[i])) return kept;
    const tensor = new Tensor("float32", data, dims);
    this.#tensors.set(data, tensor);
    return tensor;
  }

  #toHalves(name: string, data: Feed["data"]): Uint16Array<ArrayBuffer> {
    const kept = this.#converted.get(name);
    const halves = kept?.length === data.length ? kept : new Uint16Array(data.length);
    this.#converted.set(name, halves);
    return toHalf(data instanceof Float32Array ? data : Float32Array.from(data), halves);
  }
}

function readInfos(metadata: InferenceSession["inputMetadata"]): ReadonlyMap<string, TensorInfo> {
  return new Map(
    metadata
      .filter((info) => info.isTensor)
      .map(({ name, type, shape }) => [name, { name, type, shape }] as const),
  );
}

/** Where there is a Float16Array, tensors wrap halves in one, which the runtime cannot read: it gets the bits themselves. */
function overHalves(halves: Uint16Array<ArrayBuffer>, dims: readonly number[]): Tensor {
  return Object.defineProperty(new Tensor("float16", halves, dims), "data", { value: halves });
}

function toFloats({ type, data }: Tensor, file: string): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  // Node from version 24 on has a Float16Array, which the runtime takes instead; the bits are the same.
  if (type === "float16" && ArrayBuffer.isView(data)) {
    return fromHalf(new Uint16Array(data.buffer, data.byteOffset, data.length));
  }
  throw new StudioError("MODEL_SHAPE", {
    message: `${file}: expected floats as a result, got ${type}.`,
  });
}

/** Graphs whose weights take more than this give their working memory back after each run. */
const mostBytesWithArena = 64 * 2 ** 20;

/** Size of a graph and of the weights that may lie beside it. */
async function weightBytes(path: string): Promise<number> {
  const files = await readdir(dirname(path));
  const own = files.filter((file) => file === basename(path) || extname(file) !== ".onnx");
  const sizes = await Promise.all(own.map(async (file) => (await stat(join(dirname(path), file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
