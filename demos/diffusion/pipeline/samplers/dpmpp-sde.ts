import { combine } from "../numeric/combine.ts";
import { splitAncestral, throughLogarithm } from "./ancestral-split.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type NumberOption, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const dpmppSdeOptions = {
  eta,
  sNoise,
  r: {
    default: 0.5,
    min: 0.01,
    max: 1,
    help: "Where between the two levels, in their logarithm, a step looks the second time.",
  } satisfies NumberOption,
} as const;

/** DPM-Solver++ (stochastic): the singlestep solver of second order with noise in both halves (k-diffusion). */
export function* solveDpmppSde(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpmppSdeOptions>,
): Solution {
  const x = start.slice();
  const middle = new Float32Array(x.length);
  const { eta: amount, sNoise: factor, r } = options;
  for (let step = 0; step < path.steps; step++) {
    const sigma = path.sigmas[step]!;
    const next = path.sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    if (next === 0) {
      x.set(denoised);
      continue;
    }
    const from = throughLogarithm(sigma);
    const to = throughLogarithm(next);
    const sigmaMiddle = middleLevel(sigma, next, r);
    const first = splitAncestral(from, sigmaMiddle, amount);
    combine(middle, [first.down / from, x], [1 - first.down / from, denoised]);
    combine(middle, [1, middle], [factor * first.up, path.noise(from, sigmaMiddle)]);
    const whole = splitAncestral(from, to, amount);
    const share = 1 / (2 * r);
    // The first estimate's part is taken now: its array may be used again for the second.
    combine(x, [whole.down / from, x], [(1 - share) * (1 - whole.down / from), denoised]);
    const denoisedMiddle = yield { x: middle, alpha: 1, sigma: sigmaMiddle, step, isFirst: false };
    combine(x, [1, x], [share * (1 - whole.down / from), denoisedMiddle]);
    combine(x, [1, x], [factor * whole.up, path.noise(from, to)]);
  }
  return x;
}

/** The level that lies the share `r` of the way from one to the next in their logarithm, in float32. */
function middleLevel(sigma: number, next: number, r: number): number {
  const f = Math.fround;
  const t = f(Math.log(sigma));
  return f(Math.exp(f(t + f(f(f(Math.log(next)) - t) * r))));
}
