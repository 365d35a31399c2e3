import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Graph, type GraphOptions, type TensorInfo } from "../../pipeline/model/graph.ts";
import { fromSharp, toSharp, type Picture } from "../../images/picture.ts";
import { StudioError } from "../../studio-error.ts";
import { describeTags, parseTags, type Tag, type TagOptions } from "./tag-list.ts";

/**
 * A network that says in tags what a picture shows, as the WD taggers do: `model.onnx` and `selected_tags.csv` in one
 * folder. Pictures go in as squares on white, blue, green and red from 0 to 255.
 */
export class Tagger {
  readonly #graph: Graph;
  readonly #input: TensorInfo;
  readonly #side: number;
  readonly #tags: readonly Tag[];

  private constructor(graph: Graph, { input, side, tags }: TaggerParts) {
    this.#graph = graph;
    this.#input = input;
    this.#side = side;
    this.#tags = tags;
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_OPERATOR`, or `MODEL_SHAPE` for a network or a list of another kind. */
  static async open(folder: string, options: GraphOptions = {}): Promise<Tagger> {
    const list = await readFile(join(folder, "selected_tags.csv"), "utf8").catch((cause: unknown) => {
      const message = `Expected the file selected_tags.csv in the folder "${basename(folder)}"; it cannot be read.`;
      throw new StudioError("MODEL_FILE", { message, cause });
    });
    const tags = parseTags(list);
    const graph = await Graph.open(join(folder, "model.onnx"), options);
    const [input] = graph.inputs.values();
    const [, height, width, colours] = input?.shape ?? [];
    if (tags && input && typeof height === "number" && height === width && colours === 3) {
      return new Tagger(graph, { input, side: height, tags });
    }
    throw new StudioError("MODEL_SHAPE", {
      message: tags
        ? `${graph.file} is no tagger: expected an input of 1 × side × side × 3, got ${input?.shape.join(" × ") ?? "none"}.`
        : `${basename(folder)}/selected_tags.csv: expected columns "name" and "category".`,
      hint: "Use a WD tagger's model.onnx with its selected_tags.csv.",
    });
  }

  /** @throws {StudioError} `MODEL_SHAPE` when the list is not the network's. */
  async describe(picture: Picture, options: TagOptions = {}): Promise<string> {
    const [output] = this.#graph.outputs.keys();
    const data = await toSquare(picture, this.#side);
    const feeds = { [this.#input.name]: { data, dims: [1, this.#side, this.#side, 3] } };
    const [result] = await this.#graph.run(feeds, [output ?? ""]);
    if (result?.data.length !== this.#tags.length) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${this.#graph.file}: the list has ${this.#tags.length} tags, the network ${result?.data.length ?? 0}.`,
        hint: "Copy model.onnx and selected_tags.csv from the same place.",
      });
    }
    return describeTags(this.#tags, result.data, options);
  }
}

interface TaggerParts {
  readonly input: TensorInfo;
  readonly side: number;
  readonly tags: readonly Tag[];
}

/** The whole picture in the middle of a white square, blue first. */
async function toSquare(picture: Picture, side: number): Promise<Float32Array> {
  const flat = picture.channels === 3 ? toSharp(picture) : toSharp(picture).flatten({ background: "#fff" });
  const { data } = await fromSharp(
    flat.resize(side, side, { fit: "contain", background: "#fff", kernel: "cubic" }),
  );
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    out[at] = data[at + 2]!;
    out[at + 1] = data[at + 1]!;
    out[at + 2] = data[at]!;
  }
  return out;
}
