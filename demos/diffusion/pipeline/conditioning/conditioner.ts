import type { DiffusionModel } from "../model/load-model.ts";
import { padChunks, type Chunk } from "../prompt/chunks.ts";
import { applyEmphasis, type EmphasisMode } from "../prompt/emphasis.ts";
import { encodePrompt } from "../prompt/prompt-plan.ts";

/** A text as the network takes it. */
export interface Conditioning {
  /** tokens × width. */
  readonly vectors: Float32Array;
  readonly tokens: number;
  /** The whole text in one vector; SDXL only. */
  readonly pooled: Float32Array | undefined;
}

export interface ConditioningOptions {
  readonly clipSkip: number;
  readonly emphasis: EmphasisMode;
  readonly commaBacktrack: number;
  /** Least number of chunks; missing ones are encoded empty. */
  readonly leastChunks?: number;
}

/** Encoded texts that are kept, in bytes. */
const mostKeptBytes = 64 * 1024 * 1024;

/** Encodes texts, and keeps the last ones: most pictures differ from the one before in their seed only. */
export class Conditioner {
  readonly #model: DiffusionModel;
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, Conditioning>();
  #keptBytes = 0;

  constructor(model: DiffusionModel) {
    this.#model = model;
  }

  /**
   * Encodes a text of any length, in chunks of 75 tokens.
   *
   * @param beforeRun called before every run of an encoder; it may throw to stop the work
   * @throws {StudioError} `PROMPT_OPTION`, `CLIP_SKIP_UNAVAILABLE` or `MODEL_RUN`.
   */
  async encode(
    text: string,
    options: ConditioningOptions,
    beforeRun?: () => Promise<void>,
  ): Promise<Conditioning> {
    const key = JSON.stringify([text, options]);
    const made = this.#kept.get(key) ?? (await this.#encode(text, options, beforeRun));
    this.#keep(key, made);
    return made;
  }

  /** Vectors of zeros, as SDXL was trained to take an absent negative prompt. */
  zeros({ vectors, tokens, pooled }: Conditioning): Conditioning {
    return {
      vectors: new Float32Array(vectors.length),
      tokens,
      pooled: pooled && new Float32Array(pooled.length),
    };
  }

  /** Chunks a text fills. */
  countChunks(text: string, options: ConditioningOptions): number {
    return Math.max(...this.#chunk(text, options).map((chunks) => chunks.length));
  }

  async #encode(
    text: string,
    options: ConditioningOptions,
    beforeRun = async () => {},
  ): Promise<Conditioning> {
    const { textEncoders, family } = this.#model;
    const perEncoder = this.#chunk(text, options);
    const outputs: { hidden: Float32Array; width: number }[][] = [];
    let pooled: Float32Array | undefined;
    for (const [encoderIndex, chunks] of perEncoder.entries()) {
      const encoded = [];
      for (const chunk of chunks) {
        await beforeRun();
        const result = await textEncoders[encoderIndex]!.encode(chunk, {
          clipSkip: options.clipSkip,
          family,
        });
        applyEmphasis(result.hidden, chunk.weights, options.emphasis);
        encoded.push(result);
      }
      outputs.push(encoded);
      // The text of the first chunk stands for all of it.
      pooled = encoded[0]?.pooled;
    }
    const chunkCount = perEncoder[0]!.length;
    return {
      vectors: joinWidths(outputs),
      tokens: chunkCount * perEncoder[0]![0]!.ids.length,
      pooled: this.#model.unet.takesPooledText ? pooled : undefined,
    };
  }

  /** For each encoder its chunks, the same number of them. */
  #chunk(text: string, { emphasis, commaBacktrack, leastChunks = 1 }: ConditioningOptions): Chunk[][] {
    const all = this.#model.textEncoders.map(({ tokenizer }) =>
      encodePrompt(text, (part) => tokenizer.encode(part), {
        special: tokenizer.special,
        emphasis,
        commaBacktrack,
      }),
    );
    const count = Math.max(leastChunks, ...all.map((chunks) => chunks.length));
    return all.map((chunks, index) => this.#padTo(chunks, count, index));
  }

  #padTo(chunks: Chunk[], count: number, encoderIndex: number): Chunk[] {
    const { tokenizer } = this.#model.textEncoders[encoderIndex]!;
    return padChunks(chunks, count, tokenizer.special);
  }

  #keep(key: string, made: Conditioning): void {
    const known = this.#kept.delete(key);
    this.#kept.set(key, made);
    if (!known) this.#keptBytes += made.vectors.byteLength;
    for (const [oldKey, { vectors }] of this.#kept) {
      if (this.#keptBytes <= mostKeptBytes || oldKey === key) return;
      this.#kept.delete(oldKey);
      this.#keptBytes -= vectors.byteLength;
    }
  }
}

/** Chunks one after the other, the encoders' vectors side by side. */
function joinWidths(outputs: readonly (readonly { hidden: Float32Array; width: number }[])[]): Float32Array {
  const width = outputs.reduce((sum, [first]) => sum + first!.width, 0);
  const tokens = outputs[0]!.reduce((sum, { hidden, width: own }) => sum + hidden.length / own, 0);
  const out = new Float32Array(tokens * width);
  let column = 0;
  for (const chunks of outputs) {
    let token = 0;
    for (const { hidden, width: own } of chunks) {
      for (let from = 0; from < hidden.length; from += own, token++) {
        out.set(hidden.subarray(from, from + own), token * width + column);
      }
    }
    column += chunks[0]!.width;
  }
  return out;
}
