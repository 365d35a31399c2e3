const f = Math.fround;

const NUMERATOR = [0.025899791179079226, 0.3808837741388408, 1.4800006335765066, 2.112677543073053, 1, 0].map(
  f,
);
const DENOMINATOR = [
  0.005875095403124574, 0.15464763749839067, 0.9864942958519419, 2.453006071784736, 2.6126775430731093, 1,
].map(f);
const SQRT_HALF = f(Math.SQRT1_2);
const LN2 = f(Math.LN2);

const bits = new DataView(new ArrayBuffer(4));

/**
 * The natural logarithm of a float32 as NumPy computes it on a processor with AVX2: a quotient of two polynomials
 * of fifth degree, every a·b+c fused. In a twelfth of all places it is one unit in the last place off the rounded
 * one, which decides where a training step is cut to a whole one, and differences of logarithms magnify it. For
 * positive normal numbers.
 */
export function numpyLog(x: number): number {
  bits.setFloat32(0, x);
  const word = bits.getUint32(0);
  let exponent = (word >>> 23) - 126;
  bits.setUint32(0, (word & 0x007fffff) | 0x3f000000);
  let mantissa = bits.getFloat32(0);
  if (mantissa < SQRT_HALF) {
    exponent -= 1;
    mantissa *= 2;
  }
  const t = f(mantissa - 1);
  const logarithm = f(evaluate(NUMERATOR, t) / evaluate(DENOMINATOR, t));
  return f(exponent * LN2 + logarithm);
}

function evaluate(coefficients: readonly number[], t: number): number {
  return coefficients.reduce((value, coefficient) => f(value * t + coefficient));
}
