import { churn, churnOptions } from "./churn.ts";
import { stepEuler } from "./euler-step.ts";
import type { LevelPath } from "./level-path.ts";
import type { OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const eulerOptions = churnOptions;

/** Euler's method on dx/dσ = (x - D) / σ (Karras et al., 2022, algorithm 2 without its second half). */
export function* solveEuler(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof eulerOptions>,
): Solution {
  const x = start.slice();
  for (let step = 0; step < path.steps; step++) {
    const sigma = churn(x, { path, step, options });
    const denoised = yield { x, alpha: 1, sigma, raisedFrom: path.sigmas[step]!, step, isFirst: true };
    stepEuler(x, { sigma, target: path.sigmas[step + 1]!, denoised });
  }
  return x;
}
