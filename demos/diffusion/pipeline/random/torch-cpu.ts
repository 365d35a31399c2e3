import { log32, sinCos32 } from "./float32-math.ts";
import { MersenneTwister } from "./mersenne-twister.ts";

const TWO_PI_32 = Math.fround(2 * Math.PI);
const BLOCK = 16;

/**
 * `torch.randn` on the CPU in float32, equal bit for bit to torch 1.13 to 2.13 on processors with AVX2.
 *
 * From 16 elements on, torch transforms whole blocks with single-precision polynomials; those are reproduced
 * exactly. Below 16 it computes each element in double with the C library's logarithm, sine and cosine: the
 * last bit of those doubles may differ here, which changes the float32 result only when it lies within 1e-16
 * of the middle between two neighbours (never seen).
 */
export class TorchCpuGenerator {
  readonly #words: MersenneTwister;
  /** The second half of the last small pair. It belongs to the generator: draws of 16 and more leave it alone. */
  #cached: number | undefined;
  readonly #sinCos = new Float32Array(2);

  /** @param seed An integer from 0; torch uses its low 32 bits. */
  constructor(seed: number) {
    this.#words = new MersenneTwister(seed);
  }

  /** One contiguous tensor of `count` standard normals, in row-major order. */
  normal(count: number): Float32Array {
    const values = new Float32Array(count);
    if (count < BLOCK) {
      for (let i = 0; i < count; i++) values[i] = this.#smallNormal();
      return values;
    }
    this.#fillUniform(values);
    for (let start = 0; start + BLOCK <= count; start += BLOCK) this.#transformBlock(values, start);
    if (count % BLOCK !== 0) {
      // torch draws the last sixteen anew, over elements that are already normal.
      this.#fillUniform(values.subarray(count - BLOCK));
      this.#transformBlock(values, count - BLOCK);
    }
    return values;
  }

  #fillUniform(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) values[i] = (this.#words.nextWord() & 0xffffff) * 2 ** -24;
  }

  /** Box-Muller on 16 uniforms: the first eight give radii, the last eight angles. */
  #transformBlock(values: Float32Array, start: number): void {
    const f = Math.fround;
    for (let i = start; i < start + BLOCK / 2; i++) {
      const radius = f(Math.sqrt(f(-2 * log32(f(1 - values[i]!)))));
      // The angle has to be rounded to float32 first: kept in double the result moves by up to 1.8e-6.
      sinCos32(f(TWO_PI_32 * values[i + BLOCK / 2]!), this.#sinCos);
      values[i] = radius * this.#sinCos[1]!;
      values[i + BLOCK / 2] = radius * this.#sinCos[0]!;
    }
  }

  #smallNormal(): number {
    if (this.#cached !== undefined) {
      const value = this.#cached;
      this.#cached = undefined;
      return value;
    }
    const angle = 2 * Math.PI * this.#uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniformDouble()));
    this.#cached = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #uniformDouble(): number {
    const high = this.#words.nextWord() & 0x1fffff;
    const low = this.#words.nextWord();
    return (high * 2 ** 32 + low) * 2 ** -53;
  }
}
