import { combine } from "../numeric/combine.ts";
import { churn, churnOptions } from "./churn.ts";
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
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    if (next === 0) {
      x.set(denoised);
      continue;
    }
    const sigmaMiddle = Math.sqrt(sigma * next);
    combine(middle, [sigmaMiddle / sigma, x], [1 - sigmaMiddle / sigma, denoised]);
    const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
    const length = (next - sigma) / sigmaMiddle;
    combine(x, [1, x], [length, middle], [-length, denoisedMiddle]);
  }
  return x;
}
