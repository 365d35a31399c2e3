import { combine } from "../numeric/combine.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { createNoiseTable, type NoiseTable } from "../schedules/noise-table.ts";
import { spaceTimesteps, type TimestepSpacing } from "../schedules/timestep-spacing.ts";
import { assertTrained } from "../schedules/trained-steps.ts";
import { marginalOfAlphaCumprod } from "./marginal.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

export interface TimestepSolverRequest {
  /** The training step of each model call. */
  readonly timesteps: Float64Array;
  readonly table: NoiseTable;
  readonly solve: Solver["solve"];
  /** Where it differs from the number of model calls. */
  readonly steps?: number;
}

/** A variance-preserving solver that thinks in whole training steps. */
export function createTimestepSolver({ timesteps, table, solve, steps }: TimestepSolverRequest): Solver {
  return {
    steps: steps ?? timesteps.length,
    sigmas: new Float32Array(0),
    timesteps,
    initNoiseSigma: 1,
    timestepOf: (call) => timesteps[call]!,
    addNoise(latent, noise) {
      const { alpha, sigma } = marginalOfAlphaCumprod(table.alphasCumprod[timesteps[0]!]!);
      const out = new Float32Array(latent.length);
      combine(out, [alpha, latent], [sigma, noise]);
      return out;
    },
    solve: (start, context): Solution => solve(start, context),
  };
}

/** Whole training steps of a transition: where it starts and where it ends; below 0 is the picture itself. */
export interface Transition {
  readonly timestep: number;
  readonly previous: number;
}

/** What every solver over training steps begins with. */
export interface TimestepGrid {
  readonly table: NoiseTable;
  /** Whole, from the noisiest down. */
  readonly timesteps: Float64Array;
  /** Training steps from one to the next, where they were spaced evenly. */
  readonly stride: number | undefined;
}

/**
 * The training steps of DDIM, DDPM and PNDM: spaced by the configuration, or those given.
 *
 * @throws {StudioError} `STEPS_INVALID` for more steps than the model was trained with.
 */
export function listTimestepGrid({ config, steps, timesteps: given }: SchedulerRequest): TimestepGrid {
  const table = createNoiseTable(config, "zero");
  const trainSteps = table.alphasCumprod.length;
  assertTrained(steps, trainSteps);
  if (given !== undefined) return { table, timesteps: given, stride: undefined };
  const spacing: TimestepSpacing = config.timestepSpacing ?? "leading";
  const timesteps = spaceTimesteps({ spacing, steps, trainSteps, stepsOffset: config.stepsOffset ?? 0 });
  return { table, timesteps: timesteps.map(roundHalfEven), stride: Math.floor(trainSteps / steps) };
}

/** What is left of the picture at a training step; past the first, all of it or what the first leaves. */
export function alphaAt(table: NoiseTable, timestep: number, setAlphaToOne: boolean): number {
  if (timestep >= 0) return table.alphasCumprod[Math.min(timestep, table.alphasCumprod.length - 1)]!;
  return setAlphaToOne ? 1 : table.alphasCumprod[0]!;
}
