import { combine } from "../numeric/combine.ts";
import { limitDenoised } from "../prediction/limits.ts";
import { readLimits } from "./dpm-solver-settings.ts";
import { oneOf } from "./scheduler-config.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, SolveContext, Solver } from "./solver.ts";
import { alphaAt, createTimestepSolver, listTimestepGrid } from "./timestep-solver.ts";

/** How the variance of the added noise is chosen. Variances that the model predicts itself are not supported. */
const varianceTypes = ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log"] as const;

/** DDPM (Ho et al., "Denoising diffusion probabilistic models", 2020, eq. 7 and 11). */
export function createDdpm(request: SchedulerRequest): Solver {
  const { config, skip = 0 } = request;
  const grid = listTimestepGrid(request);
  const timesteps = grid.timesteps.subarray(skip);
  const limits = readLimits(config);
  const varianceType = oneOf("variance_type", config.varianceType ?? "fixed_small", varianceTypes);
  return createTimestepSolver({ table: grid.table, timesteps, solve });

  function* solve(start: Float32Array, context: SolveContext): Solution {
    const x = start.slice();
    const picture = new Float32Array(x.length);
    for (const [step, timestep] of timesteps.entries()) {
      const left = alphaAt(grid.table, timestep, true);
      const leftNext = alphaAt(grid.table, timesteps[step + 1] ?? -1, true);
      const alpha = Math.sqrt(left);
      const sigma = Math.sqrt(1 - left);
      const denoised = yield { x, alpha, sigma, step, isFirst: true };
      picture.set(denoised);
      limitDenoised(picture, limits, context.batch);
      // The share of variance of this step alone, rounded as the reference does: 1 minus it loses digits.
      const stepAlpha = Math.fround(left / leftNext);
      const stepBeta = 1 - stepAlpha;
      const ofPicture = (Math.sqrt(leftNext) * stepBeta) / (1 - left);
      const ofSample = (Math.sqrt(stepAlpha) * (1 - leftNext)) / (1 - left);
      combine(x, [ofPicture, picture], [ofSample, x]);
      if (timestep > 0) {
        const small = Math.max(((1 - leftNext) / (1 - left)) * stepBeta, 1e-20);
        const spread = spreadOf(varianceType, { small, large: stepBeta });
        combine(x, [1, x], [spread, context.noise(sigma / alpha, Math.sqrt((1 - leftNext) / leftNext))]);
      }
    }
    return x;
  }
}

/** The factor on the noise, from the smallest and the largest sensible variance. */
function spreadOf(
  type: (typeof varianceTypes)[number],
  { small, large }: { readonly small: number; readonly large: number },
): number {
  switch (type) {
    case "fixed_small":
    case "fixed_small_log":
      return Math.sqrt(small);
    case "fixed_large":
      return Math.sqrt(large);
    case "fixed_large_log":
      // The reference takes the root of the logarithm, which is no number; the variance itself is meant.
      return Math.sqrt(large);
  }
}
