import { combine } from "../numeric/combine.ts";
import { splitAncestral } from "./ancestral-split.ts";
import { stepEuler } from "./euler-step.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const eulerAncestralOptions = { eta, sNoise } as const;

/** Euler steps further down than asked, then noise up to the level ("Euler a", k-diffusion). */
export function* solveEulerAncestral(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof eulerAncestralOptions>,
): Solution {
  const x = start.slice();
  for (let step = 0; step < path.steps; step++) {
    const sigma = path.sigmas[step]!;
    const next = path.sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    const { down, up } = splitAncestral(sigma, next, options.eta);
    stepEuler(x, { sigma, target: down, denoised });
    if (next > 0 || path.drawsAtZero) combine(x, [1, x], [options.sNoise * up, path.noise(sigma, next)]);
  }
  return x;
}
