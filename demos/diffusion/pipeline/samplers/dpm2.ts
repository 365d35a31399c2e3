import { churn, churnOptions } from "./churn.ts";
import { lengthOf, middleLevel, moveAlong, stepEuler, takeSlope } from "./euler-step.ts";
import type { LevelPath } from "./level-path.ts";
import type { OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const dpm2Options = churnOptions;

/**
 * The midpoint method in ln σ: DPM-Solver-2 (Lu et al., "DPM-Solver", 2022, algorithm 1) with Karras' churn. The
 * step to 0 is an Euler step.
 */
export function* solveDpm2(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpm2Options>,
): Solution {
  const x = start.slice();
  const middle = new Float32Array(x.length);
  for (let step = 0; step < path.steps; step++) {
    const sigma = churn(x, { path, step, options });
    const next = path.sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, raisedFrom: path.sigmas[step]!, step, isFirst: true };
    if (next === 0) {
      stepEuler(x, { sigma, target: next, denoised });
      continue;
    }
    const sigmaMiddle = middleLevel(sigma, next);
    middle.set(x);
    stepEuler(middle, { sigma, target: sigmaMiddle, denoised });
    const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
    takeSlope(middle, { x: middle, denoised: denoisedMiddle, sigma: sigmaMiddle });
    moveAlong(x, x, [lengthOf(sigma, next), middle]);
  }
  return x;
}
