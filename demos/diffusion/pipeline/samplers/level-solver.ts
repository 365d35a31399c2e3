import { combine } from "../numeric/combine.ts";
import { sigmaToTimestep, type NoiseTable } from "../schedules/noise-table.ts";
import type { LevelPath } from "./level-path.ts";
import { levelOf, type Solution, type Solver } from "./solver.ts";

/** The noise levels of a solver over σ, and how they relate to training steps. */
export interface Levels {
  /** At least one more than steps. */
  readonly sigmas: Float32Array;
  readonly steps: number;
  readonly table: NoiseTable;
  readonly initNoiseSigma: number;
  /** The training step of each model call; without it each is found from its noise level. */
  readonly timesteps?: Float64Array | undefined;
  /** The levels as the reference lists them, one for each model call. @default sigmas */
  readonly listed?: Float32Array | undefined;
  /** Model calls of a full step. @default 1 */
  readonly callsPerStep?: number | undefined;
  /** See {@link LevelPath.drawsAtZero}. @default false */
  readonly drawsAtZero?: boolean | undefined;
}

export interface LevelSolverRequest {
  readonly levels: Levels;
  /** Steps left out at the beginning, for a start from a picture. @default 0 */
  readonly skip?: number | undefined;
  readonly solve: (start: Float32Array, path: LevelPath) => Solution;
}

/** Lays a sampler over noise levels. */
export function createLevelSolver({ levels, skip = 0, solve }: LevelSolverRequest): Solver {
  const { table, callsPerStep = 1, drawsAtZero = false } = levels;
  const steps = levels.steps - skip;
  const sigmas = levels.sigmas.subarray(skip, levels.steps + 1);
  const timesteps = (levels.timesteps ?? new Float64Array(0)).subarray(skip * callsPerStep);
  return {
    steps,
    sigmas: (levels.listed ?? levels.sigmas).subarray(skip * callsPerStep),
    timesteps,
    initNoiseSigma: levels.initNoiseSigma,
    timestepOf: (call, question) => timesteps[call] ?? sigmaToTimestep(table, levelOf(question)),
    addNoise(latent, noise) {
      const out = new Float32Array(latent.length);
      combine(out, [1, latent], [sigmas[0]!, noise]);
      return out;
    },
    solve: (start, context) => solve(start, { ...context, sigmas, steps, drawsAtZero }),
  };
}
