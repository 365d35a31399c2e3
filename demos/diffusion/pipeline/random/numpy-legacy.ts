import { MersenneTwister } from "./mersenne-twister.ts";

/**
 * NumPy's legacy `RandomState(seed)`: standard normals by Marsaglia's polar method on MT19937 doubles.
 *
 * All in double. The words and the acceptance of pairs are exact; the logarithm is the engine's, whose last bit
 * differs from the C library's now and then, so that a value may differ by one unit in its last place (relative
 * 2e-16). After rounding to float32 no difference has been seen.
 */
export class NumpyLegacyGenerator {
  readonly #words: MersenneTwister;
  #cached: number | undefined;

  /** @param seed An integer from 0 to 2³² - 1. */
  constructor(seed: number) {
    this.#words = new MersenneTwister(seed);
  }

  /** `standard_normal(count)` in double. */
  standardNormal(count: number): Float64Array {
    return Float64Array.from({ length: count }, () => this.#nextNormal());
  }

  /** The same rounded to float32, as pipelines cast it. */
  normal(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.#nextNormal());
  }

  #nextNormal(): number {
    if (this.#cached !== undefined) {
      const value = this.#cached;
      this.#cached = undefined;
      return value;
    }
    for (;;) {
      const first = 2 * this.#uniform() - 1;
      const second = 2 * this.#uniform() - 1;
      const squares = first * first + second * second;
      if (squares >= 1 || squares === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(squares)) / squares);
      this.#cached = factor * first;
      return factor * second;
    }
  }

  #uniform(): number {
    const high = this.#words.nextWord() >>> 5;
    const low = this.#words.nextWord() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }
}
