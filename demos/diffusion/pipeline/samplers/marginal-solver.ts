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

/** Where the classes that share these levels differ. */
export interface MarginalTraits {
  /** What `sigma_min` ends at: the model's smallest level, or the last of a spread, so that nothing happens then. */
  readonly sigmaMin: "table" | "spread";
  /** The multistep DPM-Solver alone cuts Karras' and Lu's levels of a cosine curve to the training step below. */
  readonly cutsCosine: boolean;
}

/**
 * The levels of diffusers' multistep solvers (DPM-Solver, UniPC, DEIS): whole training steps, one more than asked
 * for with the last left out, and spread anew where the configuration asks for it.
 */
export function listMarginalLevels(
  config: SchedulerConfig,
  steps: number,
  traits: MarginalTraits,
): MarginalLevels {
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
      : wholeTimesteps(spread, { config, table, traits });
  const levels = spread ?? timesteps.map((timestep) => interpolate(table.sigmas, timestep));
  const smallest = (traits.sigmaMin === "spread" ? spread?.at(-1) : undefined) ?? table.sigmas[0]!;
  const last = config.finalSigmasType === "sigma_min" ? smallest : 0;
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

interface SpreadView {
  readonly config: SchedulerConfig;
  readonly table: NoiseTable;
  readonly traits: MarginalTraits;
}

/** Karras and Lu levels take the nearest training step, the others the one below: as the reference casts them. */
function wholeTimesteps(spread: Float64Array, { config, table, traits }: SpreadView): Float64Array {
  const isRounded =
    (config.useKarrasSigmas === true || config.useLuLambdas === true) &&
    !(traits.cutsCosine && config.betaSchedule === "squaredcos_cap_v2");
  const toWhole = isRounded ? roundHalfEven : Math.trunc;
  return spread.map((sigma) => toWhole(sigmaToTimestep(table, sigma)));
}

/** Training steps so noisy that the configuration leaves them out, for numerical stability of cosine curves. */
function countClipped(table: NoiseTable, lambdaMin = -Infinity): number {
  return table.logSigmas.filter((logSigma) => -logSigma < lambdaMin).length;
}
