import { takeSlope } from "./euler-step.ts";
import { History } from "./history.ts";
import type { LevelPath } from "./level-path.ts";
import type { NumberOption, OptionsOf } from "./options.ts";
import type { Solution } from "./solver.ts";

export const lmsOptions = {
  order: { default: 4, min: 1, max: 10, isWhole: true, help: "How many past slopes a step looks back at." },
} as const satisfies Record<string, NumberOption>;

/** The Adams-Bashforth linear multistep method for uneven steps in σ (k-diffusion's LMS). */
export function* solveLms(
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<typeof lmsOptions>,
): Solution {
  const x = start.slice();
  const slope = new Float32Array(x.length);
  const slopes = new History(options.order);
  for (let step = 0; step < path.steps; step++) {
    const sigma = path.sigmas[step]!;
    const denoised = yield { x, alpha: 1, sigma, step, isFirst: true };
    takeSlope(slope, { x, denoised, sigma });
    slopes.push(slope);
    moveAlongAll(x, slopes, listWeights(path.sigmas, step, slopes.length));
  }
  return x;
}

/**
 * Adds the weighted slopes to x, newest first, rounded to float32 after every operation as the reference does: in a
 * last step that is longer than those before it, the weights are large and cancel each other.
 */
function moveAlongAll(x: Float32Array, slopes: History, weights: readonly number[]): void {
  const f = Math.fround;
  const total = new Float32Array(x.length);
  weights.forEach((weight, age) => {
    const [factor, slope] = [f(weight), slopes.at(age)];
    for (let i = 0; i < total.length; i++) total[i]! += f(factor * slope[i]!);
  });
  for (let i = 0; i < x.length; i++) x[i]! += total[i]!;
}

/** Gauss-Legendre with five points: exact for the polynomials of any order up to ten. */
const NODES = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664];
const NODE_WEIGHTS = [
  0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891,
];

/** Integrals over the step of the Lagrange polynomials through the last `order` levels, newest first. */
function listWeights(sigmas: Float32Array, step: number, order: number): number[] {
  const from = sigmas[step]!;
  const half = (sigmas[step + 1]! - from) / 2;
  const levels = Array.from({ length: order }, (_, age) => sigmas[step - age]!);
  return levels.map((level) => {
    const others = levels.filter((other) => other !== level);
    const values = NODES.map((node, i) => {
      const sigma = from + half * (1 + node);
      return (
        NODE_WEIGHTS[i]! * others.reduce((product, other) => (product * (sigma - other)) / (level - other), 1)
      );
    });
    return half * values.reduce((sum, value) => sum + value, 0);
  });
}
