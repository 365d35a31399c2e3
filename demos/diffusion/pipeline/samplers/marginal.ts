/** How much picture and how much noise a variance-preserving sample holds: alpha² + sigma² = 1. */
export interface Marginal {
  readonly alpha: number;
  readonly sigma: number;
  /** Half the logarithm of the signal-to-noise ratio, ln(alpha / sigma): infinite without noise. */
  readonly lambda: number;
}

/** Of a noise level: noise over signal. */
export function marginalOfLevel(level: number): Marginal {
  const alpha = 1 / Math.hypot(level, 1);
  return { alpha, sigma: level * alpha, lambda: -Math.log(level) };
}

/** Of the share of the picture's variance that is left (ā). */
export function marginalOfAlphaCumprod(alphaCumprod: number): Marginal {
  const alpha = Math.sqrt(alphaCumprod);
  const sigma = Math.sqrt(1 - alphaCumprod);
  return { alpha, sigma, lambda: Math.log(alpha / sigma) };
}
