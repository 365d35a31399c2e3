import { join } from "node:path";
import { StudioError } from "../../studio-error.ts";
import type { Chunk } from "../prompt/chunks.ts";
import { chooseHiddenState } from "../prompt/clip-skip.ts";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.ts";
import { loadTokenizer } from "../tokenizer/load-tokenizer.ts";
import { Graph, type GraphOptions } from "./graph.ts";
import { readConfig, textEncoderSchema, type TextEncoderConfig } from "./model-configs.ts";
import { readWeights } from "./onnx-weights.ts";

export type TextFamily = "sd1" | "sd2" | "sdxl";

export interface TextEncoderFolder {
  readonly folder: string;
  /** Such as "text_encoder_2". */
  readonly part: string;
  /** Such as "tokenizer_2". */
  readonly tokenizer: string;
}

export interface EncodedChunk {
  /** One vector for each token of the chunk. */
  readonly hidden: Float32Array;
  readonly width: number;
  /** The whole chunk in one vector, where the graph has it. */
  readonly pooled: Float32Array | undefined;
}

interface NormWeights {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** A CLIP text encoder with its tokenizer. */
export class TextEncoder {
  readonly graph: Graph;
  readonly tokenizer: ClipTokenizer;
  /** Layers, as clip skip counts them. */
  readonly layers: number;
  readonly #path: string;
  readonly #config: TextEncoderConfig;
  #norm: Promise<NormWeights> | undefined;

  private constructor(parts: {
    graph: Graph;
    tokenizer: ClipTokenizer;
    path: string;
    config: TextEncoderConfig;
  }) {
    this.graph = parts.graph;
    this.tokenizer = parts.tokenizer;
    this.#path = parts.path;
    this.#config = parts.config;
    const states = [...this.graph.outputs.keys()].filter((name) => name.startsWith("hidden_states."));
    this.layers = parts.config.num_hidden_layers ?? Math.max(states.length - 1, 1);
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_CONFIG`, `MODEL_SHAPE`, `TOKENIZER_FILE` or `TOKENIZER_FORMAT`. */
  static async open(
    { folder, part, tokenizer }: TextEncoderFolder,
    options: GraphOptions,
  ): Promise<TextEncoder> {
    const path = join(folder, part, "model.onnx");
    const config = (await readConfig(join(folder, part, "config.json"), textEncoderSchema)) ?? {};
    const loadedTokenizer = await loadTokenizer(join(folder, tokenizer));
    const graph = await Graph.open(path, options);
    const isKnown = graph.inputs.has("input_ids") && graph.inputs.size === 1;
    if (!isKnown || hiddenOutput(graph) === undefined) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${graph.file}: expected the input input_ids, no others, and an output last_hidden_state, got inputs ${names(graph.inputs)} and outputs ${names(graph.outputs)}.`,
      });
    }
    return new TextEncoder({ graph, tokenizer: loadedTokenizer, path, config });
  }

  /** The length of its vectors, where the files tell. */
  get width(): number | undefined {
    const declared = this.graph.outputs.get(hiddenOutput(this.graph)!)?.shape.at(-1);
    return typeof declared === "number" ? declared : (this.#config.hidden_size ?? undefined);
  }

  /** Clip skips that this encoder can do: all of its layers, or only 1 when it exports no hidden states. */
  get mostClipSkip(): number {
    return this.graph.outputs.has("hidden_states.1") ? this.layers : 1;
  }

  /**
   * Encodes one chunk.
   *
   * @throws {StudioError} `CLIP_SKIP_UNAVAILABLE` when the graph does not hand out that layer.
   */
  async encode(
    chunk: Chunk,
    { clipSkip, family }: { clipSkip: number; family: TextFamily },
  ): Promise<EncodedChunk> {
    const choice = chooseHiddenState({ clipSkip, layers: this.layers, family });
    const hiddenName = choice.isLastHiddenState ? hiddenOutput(this.graph)! : `hidden_states.${choice.index}`;
    if (!this.graph.outputs.has(hiddenName)) {
      throw new StudioError("CLIP_SKIP_UNAVAILABLE", {
        message: `A clip skip of ${clipSkip} needs the output ${hiddenName}, which ${this.graph.file} does not have.`,
      });
    }
    const pooledName = ["text_embeds", "pooler_output"].find((name) => this.graph.outputs.has(name));
    const wanted = pooledName === undefined ? [hiddenName] : [hiddenName, pooledName];
    const [hidden, pooled] = await this.graph.run(
      { input_ids: { data: chunk.ids, dims: [1, chunk.ids.length] } },
      wanted,
    );
    const width = hidden!.dims.at(-1)!;
    if (choice.needsFinalNorm && !choice.isLastHiddenState) await this.#normalise(hidden!.data, width);
    return { hidden: hidden!.data, width, pooled: pooled?.data };
  }

  async #normalise(hidden: Float32Array, width: number): Promise<void> {
    this.#norm ??= this.#readNorm(width);
    const { scale, shift } = await this.#norm;
    const epsilon = this.#config.layer_norm_eps ?? 1e-5;
    for (let from = 0; from < hidden.length; from += width) {
      normaliseVector(hidden.subarray(from, from + width), { scale, shift, epsilon });
    }
  }

  async #readNorm(width: number): Promise<NormWeights> {
    const found = await readWeights(this.#path, ["final_layer_norm.weight", "final_layer_norm.bias"]);
    const scale = found.get("final_layer_norm.weight");
    const shift = found.get("final_layer_norm.bias");
    if (scale?.length === width && shift?.length === width) return { scale, shift };
    throw new StudioError("CLIP_SKIP_UNAVAILABLE", {
      message: `Clip skip needs the weights of the final norm, final_layer_norm.weight and .bias of ${width} numbers; ${this.graph.file} does not name them.`,
    });
  }
}

interface Normalisation extends NormWeights {
  readonly epsilon: number;
}

function normaliseVector(vector: Float32Array, { scale, shift, epsilon }: Normalisation): void {
  let mean = 0;
  for (const value of vector) mean += value / vector.length;
  let variance = 0;
  for (const value of vector) variance += (value - mean) ** 2 / vector.length;
  const factor = 1 / Math.sqrt(variance + epsilon);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i]! - mean) * factor * scale[i]! + shift[i]!;
}

function hiddenOutput(graph: Graph): string | undefined {
  if (graph.outputs.has("last_hidden_state")) return "last_hidden_state";
  return [...graph.outputs.values()].find(({ shape }) => shape.length === 3)?.name;
}

function names(infos: ReadonlyMap<string, unknown>): string {
  return [...infos.keys()].join(", ");
}
