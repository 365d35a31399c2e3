import { BrownianTree } from "./brownian-tree.ts";

export interface BrownianNoiseOptions {
  /** One seed for each picture of the batch. */
  readonly seeds: readonly number[];
  /** Numbers in one picture's latent. */
  readonly size: number;
  /** The lowest level above 0 and the highest of the whole schedule, steps that are left out included. */
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** `CPU`, `NV` or `NumPy`. @default "NV" */
  readonly source?: string;
}

/**
 * The noise of samplers that solve a stochastic equation: the numbers of k-diffusion's `BrownianTreeNoiseSampler`
 * with one tree a picture, as the webui sets it up. Over steps that do not overlap the noise is independent; DPM++
 * SDE looks at the first part of each step by itself, and its noise there is part of the whole step's.
 */
export class BrownianNoise {
  readonly #trees: readonly BrownianTree[];
  readonly #size: number;

  /** @throws {StudioError} `SEED_INVALID` or `RANDOM_SOURCE_UNKNOWN`. */
  constructor({ seeds, size, sigmaMin, sigmaMax, source = "NV" }: BrownianNoiseOptions) {
    const ends = { start: Math.fround(sigmaMin), end: Math.fround(sigmaMax) };
    this.#trees = seeds.map((seed) => new BrownianTree({ seed, size, source, ...ends }));
    this.#size = size;
  }

  /**
   * The paths' ways from one level to the next, divided by the root of their distance: standard normals, the
   * pictures' tensors one after another. Zeros for two equal levels, where the original has no numbers.
   */
  between(sigma: number, sigmaNext: number): Float32Array {
    const f = Math.fround;
    const [from, to] = [f(sigma), f(sigmaNext)];
    const batch = new Float32Array(this.#size * this.#trees.length);
    if (from === to) return batch;
    const [low, high, sign] = from < to ? [from, to, 1] : [to, from, -1];
    const root = f(Math.sqrt(f(high - low)));
    this.#trees.forEach((tree, index) => {
      const way = tree.way(low, high);
      for (let i = 0; i < way.length; i++) batch[index * this.#size + i] = (sign * way[i]!) / root;
    });
    return batch;
  }
}
