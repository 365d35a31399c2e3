import { StudioError } from "../../studio-error.ts";
import { linspace32 } from "../numeric/linspace.ts";
import { rescaleToZeroTerminalSnr } from "./zero-terminal-snr.ts";

export const betaCurves = [
  "linear",
  "scaled_linear",
  "squaredcos_cap_v2",
  "exp",
  "laplace",
  "sigmoid",
] as const;

/** How much noise each training step added. The names are those of scheduler_config.json. */
export interface BetaOptions {
  /** Training steps. @default 1000 */
  readonly numTrainTimesteps?: number | undefined;
  /** First beta. @default 0.00085 */
  readonly betaStart?: number | undefined;
  /** Last beta. @default 0.012 */
  readonly betaEnd?: number | undefined;
  /** @default "scaled_linear" */
  readonly betaSchedule?: (typeof betaCurves)[number] | undefined;
  /** Every beta literally; the curve is then ignored. */
  readonly trainedBetas?: readonly number[] | undefined;
  /** Moves the last step to pure noise (zero terminal SNR). @default false */
  readonly rescaleBetasZeroSnr?: boolean | undefined;
}

const f = Math.fround;

/**
 * The betas in float32, computed as torch does: published values come from float32, and the smallest noise level
 * visibly differs in double (0.0291671582 instead of 0.0291675348).
 *
 * @throws {StudioError} `SCHEDULER_CONFIG` for a curve that is none, or betas outside 0 to 1.
 */
export function listBetas(options: BetaOptions): Float32Array {
  const betas =
    options.trainedBetas === undefined ? drawCurve(options) : Float32Array.from(options.trainedBetas);
  if (betas.length < 2 || betas.some((beta) => !(beta >= 0 && beta <= 1))) {
    throw new StudioError("SCHEDULER_CONFIG", {
      message: "The scheduler's configuration expects at least two betas from 0 to 1.",
    });
  }
  return options.rescaleBetasZeroSnr === true ? rescaleToZeroTerminalSnr(betas) : betas;
}

/** The running product of 1 - beta: how much of the picture's variance is left at each training step. */
export function accumulateAlphas(betas: Float32Array): Float32Array {
  // torch accumulates a float32 product in double and rounds each entry.
  let product = 1;
  return betas.map((beta) => (product *= f(1 - beta)));
}

function drawCurve(options: BetaOptions): Float32Array {
  const { numTrainTimesteps: count = 1000, betaStart: start = 0.00085, betaEnd: end = 0.012 } = options;
  const curve = options.betaSchedule ?? "scaled_linear";
  switch (curve) {
    case "linear":
      return linspace32(start, end, count);
    case "scaled_linear":
      return linspace32(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
    case "sigmoid":
      return linspace32(-6, 6, count).map((x) => f(f(1 / (1 + Math.exp(-x))) * f(end - start)) + f(start));
    case "squaredcos_cap_v2":
      return fromSignal(count, (t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2);
    case "exp":
      return fromSignal(count, (t) => Math.exp(t * -12));
    case "laplace":
      return fromSignal(count, laplaceSignal);
  }
}

function laplaceSignal(t: number): number {
  // The sign of zero counts as positive here.
  const sign = 0.5 - t >= 0 ? 1 : -1;
  const snr = Math.exp(-0.5 * sign * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6));
  return Math.sqrt(snr / (1 + snr));
}

const MAX_BETA = 0.999;

/** Betas whose running product follows a given function of time from 0 to 1 (Nichol and Dhariwal, 2021, eq. 17). */
function fromSignal(count: number, signal: (t: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - signal((i + 1) / count) / signal(i / count), MAX_BETA),
  );
}
