import { combine } from "../numeric/combine.ts";
import { History } from "./history.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const dpmpp3mSdeOptions = { eta, sNoise } as const;

/** DPM-Solver++(3M) SDE: the multistep solver of third order with noise (k-diffusion). */
export function* solveDpmpp3mSde(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpmpp3mSdeOptions>,
): Solution {
  const { sigmas } = path;
  const x = start.slice();
  const past = new History(2);
  for (let step = 0; step < path.steps; step++) {
    const sigma = sigmas[step]!;
    const next = sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    if (next === 0) {
      x.set(denoised);
      continue;
    }
    const h = Math.log(sigma / next);
    const length = h * (1 + options.eta);
    combine(x, [Math.exp(-length), x], [-Math.expm1(-length), denoised]);
    const phi2 = Math.expm1(-length) / length + 1;
    if (past.length === 1) {
      const slope = (phi2 * h) / Math.log(sigmas[step - 1]! / sigma);
      combine(x, [1, x], [slope, denoised], [-slope, past.at(0)]);
    } else if (past.length === 2) {
      const r0 = Math.log(sigmas[step - 1]! / sigma) / h;
      const r1 = Math.log(sigmas[step - 2]! / sigmas[step - 1]!) / h;
      const phi3 = phi2 / length - 0.5;
      // With a = (D - D₁)/r₀ and b = (D₁ - D₂)/r₁ the step adds φ₂·(a + (a - b)·r₀/(r₀+r₁)) - φ₃·(a - b)/(r₀+r₁).
      const bend = (phi2 * r0 - phi3) / (r0 + r1);
      const first = (phi2 + bend) / r0;
      const second = bend / r1;
      combine(x, [1, x], [first, denoised], [-first - second, past.at(0)], [second, past.at(1)]);
    }
    if (options.eta > 0) {
      const spread = next * Math.sqrt(-Math.expm1(-2 * h * options.eta)) * options.sNoise;
      combine(x, [1, x], [spread, path.noise(sigma, next)]);
    }
    past.push(denoised);
  }
  return x;
}
