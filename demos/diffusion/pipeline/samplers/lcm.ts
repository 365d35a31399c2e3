import { combine } from "../numeric/combine.ts";
import { limitDenoised } from "../prediction/limits.ts";
import { listConsistencyGrid } from "./consistency-grid.ts";
import { readLimits } from "./dpm-solver-settings.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, SolveContext, Solver } from "./solver.ts";
import { createTimestepSolver } from "./timestep-solver.ts";

/** Spread of the data that the boundary condition is written for. */
const SIGMA_DATA = 0.5;

/** Multistep sampling of latent consistency models (Luo et al., 2023, eq. 9 and algorithm 3). */
export function createLcm(request: SchedulerRequest): Solver {
  const { config, skip = 0 } = request;
  const { table, timesteps: all } = listConsistencyGrid(request);
  const timesteps = all.subarray(skip);
  const limits = readLimits(config);
  return createTimestepSolver({ table, timesteps, solve });

  function* solve(start: Float32Array, context: SolveContext): Solution {
    const x = start.slice();
    const picture = new Float32Array(x.length);
    for (const [step, timestep] of timesteps.entries()) {
      const left = table.alphasCumprod[timestep]!;
      const [alpha, sigma] = [Math.sqrt(left), Math.sqrt(1 - left)];
      const denoised = yield { x, alpha, sigma, step, isFirst: true };
      picture.set(denoised);
      limitDenoised(picture, limits, context.batch);
      const scaled = timestep * (config.timestepScaling ?? 10);
      const norm = scaled ** 2 + SIGMA_DATA ** 2;
      combine(x, [scaled / Math.sqrt(norm), picture], [SIGMA_DATA ** 2 / norm, x]);
      const next = timesteps[step + 1];
      if (next === undefined) break;
      const leftNext = table.alphasCumprod[next]!;
      const sigmaNext = Math.sqrt(1 - leftNext);
      const noise = context.noise(sigma / alpha, sigmaNext / Math.sqrt(leftNext));
      combine(x, [Math.sqrt(leftNext), x], [sigmaNext, noise]);
    }
    return x;
  }
}
