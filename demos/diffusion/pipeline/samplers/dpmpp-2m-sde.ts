import { combine } from "../numeric/combine.ts";
import { History } from "./history.ts";
import type { LevelPath } from "./level-path.ts";
import { eta, sNoise, type ChoiceOption, type OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

const solverType = {
  default: "midpoint",
  choices: ["midpoint", "heun"],
  help: "How the last two estimates are joined.",
} as const satisfies ChoiceOption;

export const dpmpp2mSdeOptions = { eta, sNoise, solverType } as const;

/** The options of the variant that joins as Heun does unless told otherwise. */
export const heunVariantOptions = { eta, sNoise, solverType: { ...solverType, default: "heun" } } as const;

/** SDE-DPM-Solver++(2M) (Lu et al., "DPM-Solver++", 2022, section 5 and appendix B), with η scaling its noise. */
export function* solveDpmpp2mSde(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof dpmpp2mSdeOptions | typeof heunVariantOptions>,
): Solution {
  const { sigmas } = path;
  const x = start.slice();
  const past = new History(1);
  for (let step = 0; step < path.steps; step++) {
    const sigma = sigmas[step]!;
    const next = sigmas[step + 1]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    if (next === 0) {
      x.set(denoised);
      continue;
    }
    const h = Math.log(sigma / next);
    const noiseLength = options.eta * h;
    const weight = -Math.expm1(-h - noiseLength);
    combine(x, [(next / sigma) * Math.exp(-noiseLength), x], [weight, denoised]);
    if (past.length > 0) {
      const r = Math.log(sigmas[step - 1]! / sigma) / h;
      const slope = (options.solverType === "heun" ? weight / (-h - noiseLength) + 1 : weight / 2) / r;
      combine(x, [1, x], [slope, denoised], [-slope, past.at(0)]);
    }
    if (options.eta > 0) {
      const spread = next * Math.sqrt(-Math.expm1(-2 * noiseLength)) * options.sNoise;
      combine(x, [1, x], [spread, path.noise(sigma, next)]);
    }
    past.push(denoised);
  }
  return x;
}
