import { combine } from "../numeric/combine.ts";
import { splitAncestral } from "./ancestral-split.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const dpmpp2sAncestralOptions = { eta, sNoise } as const;

/**
 * DPM-Solver++(2S) with r = 1/2 (Lu et al., "DPM-Solver++", 2022, algorithm 1) in ancestral steps. In σ, with
 * t = -ln σ, a step of its first order from σ to σ' is x·σ'/σ + (1 - σ'/σ)·D.
 */
export function* solveDpmpp2sAncestral(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpmpp2sAncestralOptions>,
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
    } else {
      const sigmaMiddle = Math.sqrt(sigma * down);
      combine(middle, [sigmaMiddle / sigma, x], [1 - sigmaMiddle / sigma, denoised]);
      const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
      combine(x, [down / sigma, x], [1 - down / sigma, denoisedMiddle]);
    }
    if (next > 0) combine(x, [1, x], [options.sNoise * up, path.noise(sigma, next)]);
  }
  return x;
}
