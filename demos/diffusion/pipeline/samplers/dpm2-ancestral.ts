import { combine } from "../numeric/combine.ts";
import { splitAncestral } from "./ancestral-split.ts";
import { lengthOf, middleLevel, moveAlong, stepEuler, takeSlope } from "./euler-step.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const dpm2AncestralOptions = { eta, sNoise } as const;

/** DPM-Solver-2 steps further down than asked, then noise up to the level ("DPM2 a", k-diffusion). */
export function* solveDpm2Ancestral(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpm2AncestralOptions>,
): Solution {
  const x = start.slice();
  const middle = new Float32Array(x.length);
  for (let step = 0; step < path.steps; step++) {
    const sigma = path.sigmas[step]!;
    const next = path.sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    const { down, up } = splitAncestral(sigma, next, options.eta);
    if (down === 0) {
      stepEuler(x, { sigma, target: down, denoised });
      continue;
    }
    const sigmaMiddle = middleLevel(sigma, down);
    middle.set(x);
    stepEuler(middle, { sigma, target: sigmaMiddle, denoised });
    const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
    takeSlope(middle, { x: middle, denoised: denoisedMiddle, sigma: sigmaMiddle });
    moveAlong(x, x, [lengthOf(sigma, down), middle]);
    combine(x, [1, x], [options.sNoise * up, path.noise(sigma, next)]);
  }
  return x;
}
