export interface AncestralSplit {
  /** The level to step down to. */
  readonly down: number;
  /** How much noise to add afterwards, so that down² + up² = next². */
  readonly up: number;
}

/**
 * Splits a step into going down further and adding noise anew (k-diffusion's ancestral step).
 *
 * Rounded to float32 after every operation, as the reference does: when a step is long, `down` is the small
 * difference of two large squares, and in few-step pictures its third digit is made of rounding.
 */
export function splitAncestral(sigma: number, next: number, eta: number): AncestralSplit {
  if (eta === 0) return { down: next, up: 0 };
  const f = Math.fround;
  const square = f(f(sigma) ** 2);
  const nextSquare = f(f(next) ** 2);
  const spread = f(Math.sqrt(f(f(nextSquare * f(square - nextSquare)) / square)));
  const up = Math.min(f(next), f(eta * spread));
  return { down: f(Math.sqrt(f(nextSquare - f(up ** 2)))), up };
}

/**
 * A level after a journey through its logarithm, in float32. Samplers written in t = -ln σ come back with other last
 * digits, which a split of long steps makes visible.
 */
export function throughLogarithm(sigma: number): number {
  return Math.fround(Math.exp(Math.fround(Math.log(sigma))));
}
