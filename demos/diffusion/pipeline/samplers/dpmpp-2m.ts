import { combine } from "../numeric/combine.ts";
import { History } from "./history.ts";
import type { LevelPath } from "./level-path.ts";
import type { Solution } from "./solver.ts";

export const dpmpp2mOptions = {} as const;

/** DPM-Solver++(2M), the multistep solver of second order (Lu et al., "DPM-Solver++", 2022, algorithm 2). */
export function* solveDpmpp2m(start: Float32Array, path: LevelPath): Solution {
  const { sigmas } = path;
  const x = start.slice();
  const past = new History(1);
  for (let step = 0; step < path.steps; step++) {
    const sigma = sigmas[step]!;
    const next = sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    const ratio = next / sigma;
    if (past.length === 0 || next === 0) {
      combine(x, [ratio, x], [1 - ratio, denoised]);
    } else {
      const r = Math.log(sigmas[step - 1]! / sigma) / Math.log(sigma / next);
      const slope = 1 / (2 * r);
      combine(x, [ratio, x], [(1 - ratio) * (1 + slope), denoised], [-(1 - ratio) * slope, past.at(0)]);
    }
    past.push(denoised);
  }
  return x;
}
