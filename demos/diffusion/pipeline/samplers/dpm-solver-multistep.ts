import { combine, type Term } from "../numeric/combine.ts";
import { readDpmSettings, toEstimate, type DpmSettings } from "./dpm-solver-settings.ts";
import { weighDpmStep } from "./dpm-solver-weights.ts";
import { History } from "./history.ts";
import { createMarginalSolver, type MarginalLevels, type MarginalPath } from "./marginal-solver.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

/** DPM-Solver and DPM-Solver++, multistep, of order 1 to 3, with or without noise (diffusers' class). */
export function createDpmSolverMultistep({ config, skip }: SchedulerRequest, levels: MarginalLevels): Solver {
  const settings = readDpmSettings(config);
  return createMarginalSolver({
    levels,
    skip,
    solve: (start, path) => solveMultistep(start, path, settings),
  });
}

function* solveMultistep(start: Float32Array, path: MarginalPath, settings: DpmSettings): Solution {
  const x = start.slice();
  const estimate = new Float32Array(x.length);
  const past = new History(settings.order);
  const predictsNoise = !settings.algorithm.endsWith("++");
  for (let step = path.skip; step < path.steps; step++) {
    const from = path.marginals[step]!;
    const to = path.marginals[step + 1]!;
    const { alpha, sigma } = from;
    const denoised = yield { x, alpha, sigma, step: step - path.skip, isFirst: true };
    toEstimate(estimate, { x, denoised, marginal: from, batch: path.batch }, { ...settings, predictsNoise });
    past.push(estimate);
    const weights = weighDpmStep(settings.algorithm, from, to);
    // A spread that ends at the model's smallest level has a last step of no length, which has no differences.
    const highest = from.lambda === to.lambda ? 1 : allowedOrder(step, path.steps, settings);
    const order = Math.min(past.length, highest);
    const slopeWeight = settings.isHeun || order === 3 ? weights.heun : weights.midpoint;
    combine(x, [weights.sample, x], [weights.estimate, past.at(0)]);
    if (order > 1)
      combine(x, [1, x], ...differences(order, { path, step, past }, [slopeWeight, weights.bend]));
    if (settings.algorithm.startsWith("sde")) {
      combine(x, [1, x], [weights.noise, path.noise(from.sigma / from.alpha, to.sigma / to.alpha)]);
    }
  }
  return x;
}

/** The last steps fall back to lower orders, which keeps few-step pictures stable. */
function allowedOrder(step: number, steps: number, settings: DpmSettings): number {
  const isShort = settings.lowerOrderFinal && steps < 15;
  if (step === steps - 1 && (settings.eulerAtFinal || isShort || settings.endsAtZero)) return 1;
  if (step === steps - 2 && isShort) return Math.min(settings.order, 2);
  return settings.order;
}

interface Differences {
  readonly path: MarginalPath;
  readonly step: number;
  readonly past: History;
}

/** slope·D1 + bend·D2 written as terms of the estimates themselves, newest first. */
function differences(
  order: number,
  { path, step, past }: Differences,
  [slope, bend]: [number, number],
): Term[] {
  const lambda = (index: number) => path.marginals[index]!.lambda;
  const h = lambda(step + 1) - lambda(step);
  const r0 = (lambda(step) - lambda(step - 1)) / h;
  if (order === 2)
    return [
      [slope / r0, past.at(0)],
      [-slope / r0, past.at(1)],
    ];
  const r1 = (lambda(step - 1) - lambda(step - 2)) / h;
  // D1 = a + r0/(r0+r1)·(a - b) and D2 = (a - b)/(r0+r1), with a = (m0 - m1)/r0 and b = (m1 - m2)/r1.
  const curvature = (slope * r0 + bend) / (r0 + r1);
  const first = (slope + curvature) / r0;
  const second = -curvature / r1;
  return [
    [first, past.at(0)],
    [second - first, past.at(1)],
    [-second, past.at(2)],
  ];
}
