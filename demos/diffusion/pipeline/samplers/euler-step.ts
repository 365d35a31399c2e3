export interface EulerStep {
  readonly sigma: number;
  /** The level to arrive at. */
  readonly target: number;
  readonly denoised: Float32Array;
}

/**
 * One Euler step on dx/dσ = (x - D) / σ, in place.
 *
 * Rounded to float32 after every operation, as the reference does: from the first level of a zero-terminal-SNR
 * model (σ 4096) down to the second, x loses three digits to cancellation, and which ones depends on the order.
 */
export function stepEuler(x: Float32Array, { sigma, target, denoised }: EulerStep): void {
  const f = Math.fround;
  const from = f(sigma);
  const length = f(f(target) - from);
  for (let i = 0; i < x.length; i++) {
    const slope = f(f(x[i]! - denoised[i]!) / from);
    x[i]! += f(slope * length);
  }
}
