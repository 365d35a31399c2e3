const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;
/** 2⁻³² and 2π·2⁻³² as float32 constants: the reference holds them so, though it computes in double. */
const UNIT = Math.fround(2.3283064e-10);
const ANGLE = Math.fround(2.3283064e-10 * 6.2831855);

/**
 * The "NV" source: what `torch.randn` gives on a CUDA device, computed with Philox4x32-10 (Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3", 2011) and Box-Muller.
 *
 * The reference evaluates logarithm and sine in double and rounds once to float32, and so does this; the last
 * bit of those doubles may differ, which is too small to change a float32 result (none seen). Real CUDA devices
 * agree while one launch covers the tensor with one element a thread: up to 16384 elements on all, fewer than
 * 65536 on small ones.
 */
export class PhiloxGenerator {
  readonly #keyLow: number;
  readonly #keyHigh: number;
  /** Goes up by one a tensor, not an element. */
  #offset = 0;
  readonly #counter = new Uint32Array(4);

  /** @param seed An integer from 0 to 2⁵³ - 1: low word and high word are the two keys. */
  constructor(seed: number) {
    this.#keyLow = seed % 2 ** 32;
    this.#keyHigh = Math.floor(seed / 2 ** 32);
  }

  /** One tensor of `count` standard normals, in row-major order. */
  normal(count: number): Float32Array {
    const values = new Float32Array(count);
    const counter = this.#counter;
    for (let i = 0; i < count; i++) {
      counter[0] = this.#offset;
      counter[1] = 0;
      counter[2] = i;
      counter[3] = 0;
      scramble(counter, this.#keyLow, this.#keyHigh);
      const u = counter[0]! * UNIT + UNIT / 2;
      const v = counter[1]! * ANGLE + ANGLE / 2;
      values[i] = Math.sqrt(-2 * Math.log(u)) * Math.sin(v);
    }
    this.#offset += 1;
    return values;
  }
}

/** The ten rounds of Philox4x32, in place. */
export function scramble(counter: Uint32Array, keyLow: number, keyHigh: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    const even = counter[0]!;
    const odd = counter[2]!;
    counter[0] = multiplyHigh(odd, MULTIPLIER_1) ^ counter[1]! ^ keyLow;
    counter[1] = Math.imul(odd, MULTIPLIER_1);
    counter[2] = multiplyHigh(even, MULTIPLIER_0) ^ counter[3]! ^ keyHigh;
    counter[3] = Math.imul(even, MULTIPLIER_0);
    keyLow = (keyLow + KEY_STEP_0) >>> 0;
    keyHigh = (keyHigh + KEY_STEP_1) >>> 0;
  }
}

/** The high 32 bits of a 32×32-bit product, by 16-bit halves: a double holds only 53 bits of it. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 2 ** 16) + Math.floor(carry / 2 ** 16)) >>> 0;
}
