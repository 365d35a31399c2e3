import { combine, type Term } from "../numeric/combine.ts";
import { readDpmSettings, toEstimate, type DpmSettings } from "./dpm-solver-settings.ts";
import { weighDpmStep, type DpmWeights } from "./dpm-solver-weights.ts";
import { History } from "./history.ts";
import { createMarginalSolver, type MarginalLevels, type MarginalPath } from "./marginal-solver.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

/**
 * DPM-Solver and DPM-Solver++, singlestep, of order 1 to 3 (diffusers' class): steps come in groups that all set out
 * from the sample at the group's beginning.
 */
export function createDpmSolverSinglestep(
  { config, skip }: SchedulerRequest,
  levels: MarginalLevels,
): Solver {
  const settings = readDpmSettings(config, ["dpmsolver++", "dpmsolver", "sde-dpmsolver++"]);
  return createMarginalSolver({
    levels,
    skip,
    solve: (start, path) => solveSinglestep(start, path, settings),
  });
}

function* solveSinglestep(start: Float32Array, path: MarginalPath, settings: DpmSettings): Solution {
  const x = start.slice();
  const origin = new Float32Array(x.length);
  const estimate = new Float32Array(x.length);
  const past = new History(settings.order);
  const orders = listOrders(path.steps, settings);
  const predictsNoise = !settings.algorithm.endsWith("++");
  for (let step = path.skip; step < path.steps; step++) {
    const here = path.marginals[step]!;
    const { alpha, sigma } = here;
    const denoised = yield { x, alpha, sigma, step: step - path.skip, isFirst: true };
    toEstimate(estimate, { x, denoised, marginal: here, batch: path.batch }, { ...settings, predictsNoise });
    past.push(estimate);
    // A start in the middle of a group finds fewer estimates than the group's order.
    const order = Math.min(orders[step]!, past.length);
    if (order === 1) origin.set(x);
    const from = path.marginals[step - order + 1]!;
    const to = path.marginals[step + 1]!;
    const weights = weighDpmStep(settings.algorithm, from, to);
    combine(x, [weights.sample, origin], [weights.estimate, past.at(order - 1)]);
    if (order > 1)
      combine(x, [1, x], ...differences(order, { path, step, past }, { weights, isHeun: settings.isHeun }));
    if (settings.algorithm === "sde-dpmsolver++") {
      combine(x, [1, x], [weights.noise, path.noise(sigma / alpha, to.sigma / to.alpha)]);
    }
  }
  return x;
}

/** The order of every step: 1, 2, … up to the solver's, again and again, and lower at the end. */
function listOrders(steps: number, settings: DpmSettings): number[] {
  const { order } = settings;
  // Groups that do not come out even, or end at level 0, can only end in lower orders.
  const isLowered = settings.lowerOrderFinal || steps % order !== 0 || settings.endsAtZero;
  const orders = Array.from({ length: steps }, (_, step) => (step % order) + 1);
  if (isLowered && steps % order === 0 && order > 1) orders.splice(-order, order, ...loweredGroup(order));
  if (settings.endsAtZero) orders[steps - 1] = 1;
  return orders;
}

/** The last whole group: 1, 1 instead of 1, 2, and 1, 2, 1 instead of 1, 2, 3. */
function loweredGroup(order: number): number[] {
  return order === 2 ? [1, 1] : [1, 2, 1];
}

interface Differences {
  readonly path: MarginalPath;
  readonly step: number;
  readonly past: History;
}

interface Choice {
  readonly weights: DpmWeights;
  readonly isHeun: boolean;
}

/** The terms of D1 and D2 around the group's first estimate, written as terms of the estimates, newest first. */
function differences(order: number, { path, step, past }: Differences, { weights, isHeun }: Choice): Term[] {
  const lambda = (index: number) => path.marginals[index]!.lambda;
  const origin = lambda(step - order + 1);
  const h = lambda(step + 1) - origin;
  const r0 = (lambda(step) - origin) / h;
  if (order === 2) {
    const slope = (isHeun ? weights.heun : weights.midpoint) / r0;
    return [
      [slope, past.at(0)],
      [-slope, past.at(1)],
    ];
  }
  const r1 = (lambda(step - 1) - origin) / h;
  // a = (m1 - m2)/r1 and b = (m0 - m2)/r0; Heun takes D1 = (r0·a - r1·b)/(r0 - r1) and D2 = 2·(b - a)/(r0 - r1).
  const [ofA, ofB] = isHeun
    ? [
        (weights.heun * r0 - 2 * weights.bend) / (r0 - r1),
        (-weights.heun * r1 + 2 * weights.bend) / (r0 - r1),
      ]
    : [0, weights.heun];
  return [
    [ofB / r0, past.at(0)],
    [ofA / r1, past.at(1)],
    [-ofB / r0 - ofA / r1, past.at(2)],
  ];
}
