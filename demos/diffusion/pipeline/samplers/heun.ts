import { churn, churnOptions } from "./churn.ts";
import { lengthOf, moveAlong, takeSlope } from "./euler-step.ts";
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
  const ahead = new Float32Array(x.length);
  for (let step = 0; step < path.steps; step++) {
    const sigma = churn(x, { path, step, options });
    const next = path.sigmas[step + 1]!;
    const length = lengthOf(sigma, next);
    const denoised = yield { x, alpha: 1, sigma, raisedFrom: path.sigmas[step]!, step, isFirst: true };
    takeSlope(slope, { x, denoised, sigma });
    if (next > 0) {
      moveAlong(ahead, x, [length, slope]);
      const denoisedAhead = yield { x: ahead, alpha: 1, sigma: next, step, isFirst: false };
      takeSlope(ahead, { x: ahead, denoised: denoisedAhead, sigma: next });
      for (let i = 0; i < x.length; i++) slope[i] = (slope[i]! + ahead[i]!) / 2;
    }
    moveAlong(x, x, [length, slope]);
  }
  return x;
}
