import { interpolate } from "../numeric/interpolate.ts";
import { numpyLog } from "../numeric/numpy-log.ts";
import { accumulateAlphas, listBetas, type BetaOptions } from "./beta-curve.ts";

/** The noise levels a model was trained with, one for each training step. */
export interface NoiseTable {
  /** Share of the picture's variance left at each step (ā). */
  readonly alphasCumprod: Float32Array;
  /**
   * Noise over signal at each step: σ = √((1 - ā) / ā). Rising, but under zero terminal SNR the last may lie below
   * the one before it.
   */
  readonly sigmas: Float32Array;
  readonly logSigmas: Float32Array;
}

/** Not quite zero, so that the first σ (4096) stays finite: the smallest subnormal of a half-precision float. */
const NEARLY_ZERO = 2 ** -24;

/**
 * Computes the table of a scheduler's configuration.
 *
 * @param floor With `"positive"` the last ā of a zero-terminal-SNR table is 2⁻²⁴ instead of 0, which every sampler
 * that works on σ needs.
 */
export function createNoiseTable(
  options: BetaOptions = {},
  floor: "positive" | "zero" = "positive",
): NoiseTable {
  const alphasCumprod = accumulateAlphas(listBetas(options));
  const isFloored = options.rescaleBetasZeroSnr === true && floor === "positive";
  if (isFloored) alphasCumprod[alphasCumprod.length - 1] = NEARLY_ZERO;
  const sigmas = alphasCumprod.map((alpha) => Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
  // √(2²⁴ - 1) lies between two floats; torch's square root takes the upper one.
  if (isFloored) sigmas[sigmas.length - 1] = 4096;
  return { alphasCumprod, sigmas, logSigmas: sigmas.map(numpyLog) };
}

/** The training step of a noise level, fractional: linear in the logarithm of σ. */
export function sigmaToTimestep(table: NoiseTable, sigma: number): number {
  const { logSigmas } = table;
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  const low = Math.min(Math.max(lastNotAbove(logSigmas, logSigma), 0), logSigmas.length - 2);
  // The distance is a float32, as in the reference: at a table's end it decides which whole step is cut to.
  const distance = Math.fround(logSigmas[low]! - logSigmas[low + 1]!);
  const weight = (logSigmas[low]! - logSigma) / distance;
  const clamped = Math.min(Math.max(weight, 0), 1);
  return (1 - clamped) * low + clamped * (low + 1);
}

/** The training step whose noise level is nearest in logarithm, for models that take whole steps only. */
export function nearestTimestep(table: NoiseTable, sigma: number): number {
  const { logSigmas } = table;
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  const low = Math.max(lastNotAbove(logSigmas, logSigma), 0);
  const high = Math.min(low + 1, logSigmas.length - 1);
  return logSigmas[high]! - logSigma < logSigma - logSigmas[low]! ? high : low;
}

/** The noise level at a training step, fractional: linear in the logarithm of σ. */
export function timestepToSigma(table: NoiseTable, timestep: number): number {
  return Math.exp(interpolate(table.logSigmas, timestep));
}

/** Counted from the end: a table need not rise to its last entry. */
function lastNotAbove(values: Float32Array, value: number): number {
  return values.findLastIndex((entry) => entry <= value);
}
