import { combine } from "../numeric/combine.ts";
import { churn, churnOptions } from "./churn.ts";
import type { LevelPath } from "./level-path.ts";
import type { OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const heunOptions = churnOptions;

/** Heun's method of second order (Karras et al., 2022, algorithm 2); the step to 0 is an Euler step. */
export function* solveHeun(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof heunOptions>,
): Solution {
  const x = start.slice();
  const slope = new Float32Array(x.length);
  const predicted = new Float32Array(x.length);
  for (let step = 0; step < path.steps; step++) {
    const sigma = churn(x, { path, step, options });
    const next = path.sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    combine(slope, [1 / sigma, x], [-1 / sigma, denoised]);
    if (next === 0) {
      combine(x, [1, x], [next - sigma, slope]);
      continue;
    }
    combine(predicted, [1, x], [next - sigma, slope]);
    const denoisedAhead = yield { x: predicted, alpha: 1, sigma: next, step, isFirst: false };
    combine(predicted, [1 / next, predicted], [-1 / next, denoisedAhead]);
    combine(x, [1, x], [(next - sigma) / 2, slope], [(next - sigma) / 2, predicted]);
  }
  return x;
}
