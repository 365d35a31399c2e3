import { interpolate } from "../numeric/interpolate.ts";
import { linspace32 } from "../numeric/linspace.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { betaLevels } from "../schedules/beta.ts";
import { exponentialLevels } from "../schedules/exponential.ts";
import { karrasLevels } from "../schedules/karras.ts";
import { createNoiseTable, sigmaToTimestep, type NoiseTable } from "../schedules/noise-table.ts";
import { withFinalZero } from "../schedules/schedule.ts";
import { spaceTimesteps } from "../schedules/timestep-spacing.ts";
import type { Levels } from "./level-solver.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";

/** Levels and their training steps, in double, before anything is appended. */
export interface SpacedLevels {
  readonly sigmas: Float64Array;
  readonly timesteps: Float64Array;
}

/**
 * The levels of diffusers' schedulers over σ (Euler, Euler a, LMS, Heun, KDPM2): training steps spaced out, their σ
 * interpolated, and the spread replaced where the configuration asks for Karras, exponential or beta levels between
 * the same ends.
 */
export function spaceSchedulerLevels(
  config: SchedulerConfig,
  steps: number,
): SpacedLevels & { table: NoiseTable } {
  const table = createNoiseTable(config);
  const timesteps = spaceTimesteps({
    spacing: config.timestepSpacing ?? "linspace",
    steps,
    trainSteps: table.sigmas.length,
    stepsOffset: config.stepsOffset ?? 0,
  }).map(Math.fround);
  const sigmas = timesteps.map((timestep) => interpolate(table.sigmas, timestep));
  const spacedEnds = isLogLinear(config) ? table.sigmas.toReversed() : sigmas;
  const ends = {
    sigmaMax: config.sigmaMax ?? spacedEnds[0]!,
    sigmaMin: config.sigmaMin ?? spacedEnds.at(-1)!,
  };
  const spread = spreadLevels(config, { steps, ...ends });
  if (spread === undefined) return { table, sigmas, timesteps };
  return { table, sigmas: spread, timesteps: spread.map((sigma) => sigmaToTimestep(table, sigma)) };
}

/** Karras, exponential or beta levels, where the configuration asks for them. */
export function spreadLevels(
  config: SchedulerConfig,
  ends: { readonly steps: number; readonly sigmaMin: number; readonly sigmaMax: number },
): Float64Array | undefined {
  if (config.useKarrasSigmas === true) return karrasLevels(ends);
  if (config.useExponentialSigmas === true) return exponentialLevels(ends);
  if (config.useBetaSigmas === true) return betaLevels(ends);
  return undefined;
}

/** Levels of a scheduler that calls the model once a step. */
export function listEulerLevels(config: SchedulerConfig, steps: number): Levels {
  const spaced = spaceSchedulerLevels(config, steps);
  const { table, timesteps } = spaced;
  const isSpread = spreadLevels(config, { steps, sigmaMin: 1, sigmaMax: 2 }) !== undefined;
  const levels = isLogLinear(config) && !isSpread ? logLinearLevels(table, steps) : spaced.sigmas;
  const sigmas = withLast(levels, config, table);
  const isContinuous = config.timestepType === "continuous" && config.predictionType === "v_prediction";
  const asked = isContinuous ? toContinuous(sigmas) : timesteps.map(Math.fround);
  return {
    sigmas,
    steps: asked.length,
    table,
    timesteps: asked,
    initNoiseSigma: startLevel(config, sigmas),
  };
}

/** What models of continuous time are told instead of a training step, for every level but the last. */
function toContinuous(sigmas: Float32Array): Float64Array {
  return Float64Array.from(sigmas.subarray(0, -1), (sigma) => Math.fround(0.25 * Math.log(sigma)));
}

/** Levels of Heun's scheduler: each inner level is met twice, at the end of one step and the start of the next. */
export function listHeunLevels(config: SchedulerConfig, steps: number): Levels {
  const { table, sigmas: levels, timesteps } = spaceSchedulerLevels(config, steps);
  const sigmas = withFinalZero(levels);
  return {
    sigmas,
    steps: timesteps.length,
    table,
    timesteps: Float64Array.from(twiceAfterFirst(timesteps), Math.fround),
    listed: Float32Array.from([...twiceAfterFirst(levels), 0]),
    initNoiseSigma: startLevel(config, sigmas),
    callsPerStep: 2,
  };
}

/**
 * Levels of the KDPM2 schedulers: between each two lies their geometric mean.
 *
 * @param target The level that the mean is taken towards, given a step's two levels: the next one, or the ancestral
 * "down" level.
 */
export function listKdpm2Levels(
  config: SchedulerConfig,
  steps: number,
  target: (sigma: number, next: number) => number,
): Levels {
  const { table, sigmas: levels, timesteps: spaced } = spaceSchedulerLevels(config, steps);
  const timesteps = config.useKarrasSigmas === true ? spaced.map(roundHalfEven) : spaced;
  const sigmas = withFinalZero(levels);
  const calls = [timesteps[0]!];
  for (let i = 1; i < timesteps.length; i++) {
    const middle = Math.sqrt(sigmas[i - 1]! * target(sigmas[i - 1]!, sigmas[i]!));
    calls.push(sigmaToTimestep(table, middle), timesteps[i]!);
  }
  return {
    sigmas,
    steps: timesteps.length,
    table,
    timesteps: Float64Array.from(calls),
    listed: Float32Array.from([...twiceAfterFirst(levels), 0, 0, 0]),
    initNoiseSigma: startLevel(config, sigmas),
    callsPerStep: 2,
  };
}

/** Under `leading` the largest level is not the model's, and the start has its signal in it too. */
function startLevel(config: SchedulerConfig, sigmas: Float32Array): number {
  const largest = sigmas.reduce((max, sigma) => Math.max(max, sigma), 0);
  return (config.timestepSpacing ?? "linspace") === "leading" ? Math.hypot(largest, 1) : largest;
}

function withLast(levels: ArrayLike<number>, config: SchedulerConfig, table: NoiseTable): Float32Array {
  const sigmas = withFinalZero(levels);
  if (config.finalSigmasType === "sigma_min") sigmas[levels.length] = table.sigmas[0]!;
  return sigmas;
}

function isLogLinear(config: SchedulerConfig): boolean {
  return config.interpolationType === "log_linear";
}

/** One level more than steps, evenly spaced in ln σ over the whole table: the last is the model's smallest. */
function logLinearLevels(table: NoiseTable, steps: number): Float32Array {
  return linspace32(table.logSigmas.at(-1)!, table.logSigmas[0]!, steps + 1).map(Math.exp);
}

function twiceAfterFirst(values: Float64Array): number[] {
  return [...values].flatMap((value, i) => (i === 0 ? [value] : [value, value]));
}
