import { StudioError } from "../../studio-error.ts";
import { combine } from "../numeric/combine.ts";
import { limitDenoised, type LimitOptions } from "../prediction/limits.ts";
import { dpmAlgorithms, type DpmAlgorithm } from "./dpm-solver-weights.ts";
import type { Marginal } from "./marginal.ts";
import { oneOf, type SchedulerConfig } from "./scheduler-config.ts";

/** What the DPM solvers read from a scheduler's configuration. */
export interface DpmSettings {
  readonly algorithm: DpmAlgorithm;
  readonly order: number;
  readonly isHeun: boolean;
  readonly lowerOrderFinal: boolean;
  readonly eulerAtFinal: boolean;
  readonly endsAtZero: boolean;
  readonly limits: LimitOptions;
}

/** @throws {StudioError} `SCHEDULER_CONFIG` for words or combinations that are none. */
export function readDpmSettings(
  config: SchedulerConfig,
  algorithms: readonly DpmAlgorithm[] = dpmAlgorithms,
): DpmSettings {
  // Configurations of neighbouring solvers are taken over with the nearest of our own words.
  const algorithm = config.algorithmType === "deis" ? "dpmsolver++" : (config.algorithmType ?? "dpmsolver++");
  const type = oneOf("solver_type", config.solverType ?? "midpoint", [
    "midpoint",
    "heun",
    "logrho",
    "bh1",
    "bh2",
  ]);
  const settings: DpmSettings = {
    algorithm: oneOf("algorithm_type", algorithm, algorithms),
    order: config.solverOrder ?? 2,
    isHeun: type === "heun",
    lowerOrderFinal: config.lowerOrderFinal ?? true,
    eulerAtFinal: config.eulerAtFinal ?? false,
    endsAtZero: config.finalSigmasType !== "sigma_min",
    limits: readLimits({ ...config, clipSample: false }),
  };
  assertDpmSettings(settings);
  return settings;
}

/** The settings that keep an estimate in range; each scheduler has its own default for clipping. */
export function readLimits(config: SchedulerConfig): LimitOptions {
  return {
    thresholding: config.thresholding ?? false,
    dynamicThresholdingRatio: config.dynamicThresholdingRatio ?? 0.995,
    sampleMaxValue: config.sampleMaxValue ?? 1,
    clipSample: config.clipSample ?? false,
    clipSampleRange: config.clipSampleRange ?? 1,
  };
}

export interface EstimateRequest {
  readonly x: Float32Array;
  readonly denoised: Float32Array;
  readonly marginal: Marginal;
  readonly batch: number | undefined;
}

/** Writes the estimate that a solver works with into `out`: the picture, kept in range, or the noise it implies. */
export function toEstimate(out: Float32Array, request: EstimateRequest, settings: EstimateSettings): void {
  const { x, denoised, marginal, batch } = request;
  out.set(denoised);
  limitDenoised(out, settings.limits, batch);
  if (!settings.predictsNoise) return;
  combine(out, [1 / marginal.sigma, x], [-marginal.alpha / marginal.sigma, out]);
}

export interface EstimateSettings {
  readonly limits: LimitOptions;
  readonly predictsNoise: boolean;
}

function assertDpmSettings({ algorithm, order, endsAtZero }: DpmSettings): void {
  if (order > 3) refuse(`solver_order: expected 1, 2 or 3, got ${order}.`);
  if (!algorithm.endsWith("++") && endsAtZero) {
    refuse(
      `algorithm_type ${algorithm} expects final_sigmas_type "sigma_min": it cannot reach a level of 0.`,
    );
  }
  if (algorithm === "sde-dpmsolver" && order === 3)
    refuse("algorithm_type sde-dpmsolver has no third order.");
}

function refuse(message: string): never {
  throw new StudioError("SCHEDULER_CONFIG", { message: `scheduler_config.json: ${message}` });
}
