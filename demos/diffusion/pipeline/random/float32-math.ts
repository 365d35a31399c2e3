const f = Math.fround;

/** One fused multiply-add in float32: the exact product and sum in double, then one rounding. */
function fma(a: number, b: number, c: number): number {
  return f(a * b + c);
}

const SQRT_HALF = f(0.7071067811865475);
const LOG_COEFFICIENTS = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const LOG_2_LOW = f(-2.1219444e-4);
const LOG_2_HIGH = f(0.693359375);

const bits = new DataView(new ArrayBuffer(4));

/**
 * The natural logarithm in float32 as the Cephes library computes it (`logf`), each a·b+c fused: what torch's
 * vectorised normal distribution uses on a CPU with AVX2. It differs from a rounded `Math.log` by at most one
 * unit in the last place. For finite positive normal numbers.
 */
export function log32(x: number): number {
  bits.setFloat32(0, x);
  const word = bits.getUint32(0);
  let exponent = (word >>> 23) - 126;
  bits.setUint32(0, (word & 0x007fffff) | 0x3f000000);
  const mantissa = bits.getFloat32(0);
  let m = f(mantissa - 1);
  if (mantissa < SQRT_HALF) {
    exponent -= 1;
    m = f(m + mantissa);
  }
  const square = f(m * m);
  let y = LOG_COEFFICIENTS[0]!;
  for (let i = 1; i < LOG_COEFFICIENTS.length; i++) y = fma(y, m, LOG_COEFFICIENTS[i]!);
  y = f(y * m);
  y = fma(y, square, f(exponent * LOG_2_LOW));
  y = f(y - 0.5 * square);
  return fma(exponent, LOG_2_HIGH, f(m + y));
}

const FOUR_OVER_PI = f(1.27323954473516);
const PI_OVER_4_HIGH = f(-0.78515625);
const PI_OVER_4_MIDDLE = f(-2.4187564849853515625e-4);
const PI_OVER_4_LOW = f(-3.774894977445941e-8);
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);
const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);

/**
 * Sine and cosine in float32 as the Cephes library computes them (`sincosf`), fused like {@link log32}.
 * Written into `out` as [sine, cosine]. For 0 ≤ x < 8192.
 */
export function sinCos32(x: number, out: Float32Array): void {
  const octant = (Math.trunc(f(x * FOUR_OVER_PI)) + 1) & ~1;
  let r = fma(octant, PI_OVER_4_HIGH, x);
  r = fma(octant, PI_OVER_4_MIDDLE, r);
  r = fma(octant, PI_OVER_4_LOW, r);
  const square = f(r * r);
  const cosine = cosinePolynomial(square);
  const sine = sinePolynomial(square, r);
  const isSwapped = (octant & 2) !== 0;
  const sin = isSwapped ? cosine : sine;
  const cos = isSwapped ? sine : cosine;
  out[0] = (octant & 4) !== 0 ? -sin : sin;
  out[1] = ((octant - 2) & 4) === 0 ? -cos : cos;
}

function cosinePolynomial(square: number): number {
  let c = fma(COSINE[0]!, square, COSINE[1]!);
  c = fma(c, square, COSINE[2]!);
  c = f(c * square);
  c = f(c * square - 0.5 * square);
  return f(c + 1);
}

function sinePolynomial(square: number, r: number): number {
  let s = fma(SINE[0]!, square, SINE[1]!);
  s = fma(s, square, SINE[2]!);
  s = f(s * square);
  return fma(s, r, r);
}
