/**
 * Rounded to float32 after every operation, as the references do: from the first level of a zero-terminal-SNR model
 * (σ 4096) down to the second, x loses three digits to cancellation, and which ones depends on the order.
 */
const f = Math.fround;

export interface EulerStep {
  readonly sigma: number;
  /** The level to arrive at. */
  readonly target: number;
  readonly denoised: Float32Array;
}

/** One Euler step on dx/dσ = (x - D) / σ, in place. */
export function stepEuler(x: Float32Array, { sigma, target, denoised }: EulerStep): void {
  const from = f(sigma);
  const length = lengthOf(sigma, target);
  for (let i = 0; i < x.length; i++) {
    const slope = f(f(x[i]! - denoised[i]!) / from);
    x[i]! += f(slope * length);
  }
}

export interface SlopeView {
  readonly x: Float32Array;
  readonly denoised: Float32Array;
  readonly sigma: number;
}

/** Writes dx/dσ = (x - D) / σ into `out`, which may be `x`. */
export function takeSlope(out: Float32Array, { x, denoised, sigma }: SlopeView): void {
  const level = f(sigma);
  for (let i = 0; i < out.length; i++) out[i] = f(x[i]! - denoised[i]!) / level;
}

/** Writes x + length·slope into `out`, which may be one of both. */
export function moveAlong(
  out: Float32Array,
  x: Float32Array,
  [length, slope]: readonly [number, Float32Array],
): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + f(slope[i]! * length);
}

/** How far it is from one level to another. */
export function lengthOf(from: number, to: number): number {
  return f(f(to) - f(from));
}

/** The level half way from one to another in their logarithm. */
export function middleLevel(from: number, to: number): number {
  const [start, end] = [f(Math.log(from)), f(Math.log(to))];
  return f(Math.exp(f(end - f(f(end - start) / 2))));
}
