import { combine } from "../numeric/combine.ts";
import { interpolate } from "../numeric/interpolate.ts";
import { linspace } from "../numeric/linspace.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { createNoiseTable, sigmaToTimestep, type NoiseTable } from "../schedules/noise-table.ts";
import { spaceTimestepsOpen } from "../schedules/timestep-spacing.ts";
import { marginalOfLevel, type Marginal } from "./marginal.ts";
import { spreadLevels } from "./scheduler-levels.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import type { SolveContext, Solution, Solver } from "./solver.ts";

/** What a variance-preserving solver goes along. */
export interface MarginalPath extends SolveContext {
  /** One more than the steps of the whole series: where each step starts, and where the last one ends. */
  readonly marginals: readonly Marginal[];
  /** Steps of the whole series. */
  readonly steps: number;
  /** The step it begins with, above 0 for a start from a picture. */
  readonly skip: number;
}

export interface MarginalSolverRequest {
  readonly levels: MarginalLevels;
  readonly skip?: number | undefined;
  readonly solve: (start: Float32Array, path: MarginalPath) => Solution;
}

export interface MarginalLevels {
  /** One more than timesteps. */
  readonly sigmas: Float32Array;
  /** The training step of each step, whole. */
  readonly timesteps: Float64Array;
}

/** Lays a variance-preserving solver over noise levels. */
export function createMarginalSolver({ levels, skip = 0, solve }: MarginalSolverRequest): Solver {
  const marginals = Array.from(levels.sigmas, marginalOfLevel);
  const timesteps = levels.timesteps.subarray(skip);
  return {
    steps: timesteps.length,
    sigmas: levels.sigmas.subarray(skip),
    timesteps,
    initNoiseSigma: 1,
    timestepOf: (call) => timesteps[call]!,
    addNoise: (latent, noise) => mix(marginals[skip]!, latent, noise),
    solve: (start, context) => solve(start, { ...context, marginals, steps: levels.timesteps.length, skip }),
  };
}

function mix({ alpha, sigma }: Marginal, latent: Float32Array, noise: Float32Array): Float32Array {
  const out = new Float32Array(latent.length);
  combine(out, [alpha, latent], [sigma, noise]);
  return out;
}

/**
 * The levels of diffusers' multistep solvers (DPM-Solver, UniPC, DEIS): whole training steps, one more than asked
 * for with the last left out, and spread anew where the configuration asks for it.
 */
export function listMarginalLevels(config: SchedulerConfig, steps: number): MarginalLevels {
  const table = createNoiseTable(config);
  const spread = spreadOverTable(config, steps, table);
  const timesteps =
    spread === undefined
      ? spaceTimestepsOpen({
          spacing: config.timestepSpacing ?? "linspace",
          steps,
          trainSteps: table.sigmas.length,
          stepsOffset: config.stepsOffset ?? 0,
          lastTimestep: table.sigmas.length - countClipped(table, config.lambdaMinClipped),
        })
      : wholeTimesteps(spread, config, table);
  const levels = spread ?? timesteps.map((timestep) => interpolate(table.sigmas, timestep));
  const last = config.finalSigmasType === "sigma_min" ? (spread?.at(-1) ?? table.sigmas[0]!) : 0;
  return { sigmas: Float32Array.from([...levels, last]), timesteps };
}

function spreadOverTable(
  config: SchedulerConfig,
  steps: number,
  table: NoiseTable,
): Float64Array | undefined {
  if (config.useKarrasSigmas !== true && config.useLuLambdas === true) {
    return linspace(table.logSigmas.at(-1)!, table.logSigmas[0]!, steps).map(Math.exp);
  }
  return spreadLevels(config, {
    steps,
    sigmaMin: config.sigmaMin ?? table.sigmas[0]!,
    sigmaMax: config.sigmaMax ?? table.sigmas.at(-1)!,
  });
}

/** Karras and Lu levels take the nearest training step, the others the one below: as the reference casts them. */
function wholeTimesteps(spread: Float64Array, config: SchedulerConfig, table: NoiseTable): Float64Array {
  const isRounded =
    (config.useKarrasSigmas === true || config.useLuLambdas === true) &&
    config.betaSchedule !== "squaredcos_cap_v2";
  const toWhole = isRounded ? roundHalfEven : Math.trunc;
  return spread.map((sigma) => toWhole(sigmaToTimestep(table, sigma)));
}

/** Training steps so noisy that the configuration leaves them out, for numerical stability of cosine curves. */
function countClipped(table: NoiseTable, lambdaMin = -Infinity): number {
  return table.logSigmas.filter((logSigma) => -logSigma < lambdaMin).length;
}
