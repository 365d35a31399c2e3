import { combine } from "../numeric/combine.ts";
import { listConsistencyGrid } from "./consistency-grid.ts";
import { readOptions, type NumberOption } from "./options.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, SolveContext, Solver } from "./solver.ts";
import { createTimestepSolver } from "./timestep-solver.ts";

export const tcdOptions = {
  eta: {
    default: 0.3,
    min: 0,
    max: 1,
    help: "How much noise each step adds (the paper's gamma): 0 none, 1 as much as LCM.",
  },
} as const satisfies Record<string, NumberOption>;

/** Strategic stochastic sampling of trajectory consistency models (Zheng et al., "TCD", 2024, algorithm 4). */
export function createTcd(request: SchedulerRequest): Solver {
  const { skip = 0 } = request;
  const { eta } = readOptions(tcdOptions, request.options);
  const { table, timesteps: all } = listConsistencyGrid(request);
  const timesteps = all.subarray(skip);
  return createTimestepSolver({ table, timesteps, solve });

  function* solve(start: Float32Array, context: SolveContext): Solution {
    const x = start.slice();
    for (const [step, timestep] of timesteps.entries()) {
      const left = table.alphasCumprod[timestep]!;
      const [alpha, sigma] = [Math.sqrt(left), Math.sqrt(1 - left)];
      const denoised = yield { x, alpha, sigma, step, isFirst: true };
      const next = timesteps[step + 1] ?? 0;
      const leftNext = table.alphasCumprod[next]!;
      // Steps further down than asked, to s, and adds noise up to the next level. In float32, as the reference.
      const target = Math.floor(Math.fround(Math.fround(1 - eta) * next));
      const leftTarget = table.alphasCumprod[target]!;
      const ofNoise = Math.sqrt(1 - leftTarget) / sigma;
      combine(x, [ofNoise, x], [Math.sqrt(leftTarget) - alpha * ofNoise, denoised]);
      if (eta === 0 || step === timesteps.length - 1) continue;
      const share = Math.fround(leftNext / leftTarget);
      const noise = context.noise(sigma / alpha, Math.sqrt((1 - leftNext) / leftNext));
      combine(x, [Math.sqrt(share), x], [Math.sqrt(1 - share), noise]);
    }
    return x;
  }
}
