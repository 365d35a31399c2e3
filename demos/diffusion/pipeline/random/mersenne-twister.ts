const SIZE = 624;
const SHIFT = 397;
const MATRIX = 0x9908b0df;

/**
 * The 32-bit generator MT19937 (Matsumoto and Nishimura, "Mersenne Twister", 1998), seeded with one word as
 * torch and NumPy seed it: of a longer seed only the low 32 bits count.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #position = SIZE;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed % 2 ** 32;
    for (let i = 1; i < SIZE; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next word: an integer from 0 to 2³² - 1. */
  nextWord(): number {
    if (this.#position === SIZE) this.#twist();
    let word = this.#state[this.#position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE]! ^ (mixed >>> 1) ^ (mixed & 1 ? MATRIX : 0);
    }
    this.#position = 0;
  }
}
