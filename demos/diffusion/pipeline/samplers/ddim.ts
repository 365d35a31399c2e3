import { combine } from "../numeric/combine.ts";
import { limitDenoised } from "../prediction/limits.ts";
import { readLimits } from "./dpm-solver-settings.ts";
import { readOptions, type NumberOption } from "./options.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, SolveContext, Solver } from "./solver.ts";
import { alphaAt, createTimestepSolver, listTimestepGrid, type Transition } from "./timestep-solver.ts";

export const ddimOptions = {
  eta: {
    default: 0,
    min: 0,
    max: 1,
    help: "How much noise each step adds: 0 none, which is DDIM, 1 as much as DDPM.",
  },
} as const satisfies Record<string, NumberOption>;

/** DDIM (Song et al., "Denoising diffusion implicit models", 2020, eq. 12 and 16). */
export function createDdim(request: SchedulerRequest): Solver {
  const { config, skip = 0 } = request;
  const { eta } = readOptions(ddimOptions, request.options);
  const { table, timesteps, stride } = listTimestepGrid(request);
  const limits = readLimits(config);
  const alphaOf = (timestep: number) => alphaAt(table, timestep, config.setAlphaToOne ?? true);
  const transitions = Array.from(timesteps, (timestep, i): Transition => ({
    timestep,
    previous: stride === undefined ? (timesteps[i + 1] ?? -1) : timestep - stride,
  })).slice(skip);
  return createTimestepSolver({ table, timesteps: timesteps.subarray(skip), solve });

  function* solve(start: Float32Array, context: SolveContext): Solution {
    const x = start.slice();
    const noise = new Float32Array(x.length);
    const picture = new Float32Array(x.length);
    for (const [step, { timestep, previous }] of transitions.entries()) {
      const left = alphaOf(timestep);
      const leftNext = alphaOf(previous);
      const alpha = Math.sqrt(left);
      const sigma = Math.sqrt(1 - left);
      const denoised = yield { x, alpha, sigma, step, isFirst: true };
      // The noise is that of the estimate before clipping.
      combine(noise, [1 / sigma, x], [-alpha / sigma, denoised]);
      picture.set(denoised);
      limitDenoised(picture, limits, context.batch);
      const variance = ((1 - leftNext) / (1 - left)) * (1 - Math.fround(left / leftNext));
      const spread = eta * Math.sqrt(Math.max(variance, 0));
      const direction = Math.sqrt(Math.max(1 - leftNext - spread ** 2, 0));
      combine(x, [Math.sqrt(leftNext), picture], [direction, noise]);
      if (eta > 0) combine(x, [1, x], [spread, context.noise(sigma / alpha, levelAt(leftNext))]);
    }
    return x;
  }
}

function levelAt(alphaCumprod: number): number {
  return Math.sqrt((1 - alphaCumprod) / alphaCumprod);
}
