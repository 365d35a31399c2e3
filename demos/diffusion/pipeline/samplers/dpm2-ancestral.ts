import { combine } from "../numeric/combine.ts";
import { splitAncestral } from "./ancestral-split.ts";
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
      x.set(denoised);
      continue;
    }
    const sigmaMiddle = Math.sqrt(sigma * down);
    combine(middle, [sigmaMiddle / sigma, x], [1 - sigmaMiddle / sigma, denoised]);
    const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
    const length = (down - sigma) / sigmaMiddle;
    combine(x, [1, x], [length, middle], [-length, denoisedMiddle]);
    combine(x, [1, x], [options.sNoise * up, path.noise(sigma, next)]);
  }
  return x;
}
