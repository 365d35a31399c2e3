import { combine, type Term } from "../numeric/combine.ts";
import { StudioError } from "../../studio-error.ts";
import { readLimits, toEstimate } from "./dpm-solver-settings.ts";
import { History } from "./history.ts";
import { createMarginalSolver, type MarginalLevels, type MarginalPath } from "./marginal-solver.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

/** DEIS, multistep in log ρ, of order 1 to 3 (Zhang and Chen, "Fast sampling with exponential integrator", 2022). */
export function createDeis({ config, skip }: SchedulerRequest, levels: MarginalLevels): Solver {
  if ((config.solverOrder ?? 2) > 3) {
    throw new StudioError("SCHEDULER_CONFIG", {
      message: `scheduler_config.json: solver_order: expected 1, 2 or 3, got ${config.solverOrder}.`,
    });
  }
  return createMarginalSolver({
    levels,
    skip,
    solve: (start, path) => solveDeis(start, path, config),
  });
}

function* solveDeis(start: Float32Array, path: MarginalPath, config: SchedulerConfig): Solution {
  const x = start.slice();
  const estimate = new Float32Array(x.length);
  const past = new History(config.solverOrder ?? 2);
  const limits = readLimits({ ...config, clipSample: false });
  for (let step = path.skip; step < path.steps; step++) {
    const from = path.marginals[step]!;
    const to = path.marginals[step + 1]!;
    const { alpha, sigma } = from;
    const denoised = yield { x, alpha, sigma, step: step - path.skip, isFirst: true };
    toEstimate(estimate, { x, denoised, marginal: from, batch: path.batch }, { limits, predictsNoise: true });
    past.push(estimate);
    const order = Math.min(past.length, allowedOrder(step, path.steps, config));
    const weights = order === 1 ? [to.sigma / to.alpha - sigma / alpha] : listWeights(order, path, step);
    const terms = weights.map((weight, age): Term => [to.alpha * weight, past.at(age)]);
    combine(x, [to.alpha / alpha, x], ...terms);
  }
  return x;
}

function allowedOrder(step: number, steps: number, config: SchedulerConfig): number {
  const order = config.solverOrder ?? 2;
  if (config.lowerOrderFinal === false || steps >= 15) return order;
  return Math.min(order, steps - step);
}

/** Integrals over ρ of the Lagrange polynomials in ln ρ through the last `order` levels, newest first. */
function listWeights(order: number, path: MarginalPath, step: number): number[] {
  const rho = (index: number) => path.marginals[index]!.sigma / path.marginals[index]!.alpha;
  const levels = Array.from({ length: order }, (_, age) => rho(step - age));
  return levels.map((level, age) => {
    const others = levels.filter((_, other) => other !== age).map(Math.log);
    const scale = others.reduce((product, other) => product * (Math.log(level) - other), 1);
    return (integrateLogs(rho(step + 1), others) - integrateLogs(rho(step), others)) / scale;
  });
}

/** The antiderivative of (ln ρ - a) or of (ln ρ - a)(ln ρ - b); 0 in the limit at 0. */
function integrateLogs(rho: number, [a, b]: readonly number[]): number {
  if (rho === 0) return 0;
  const log = Math.log(rho);
  if (b === undefined) return rho * (log - 1 - a!);
  return rho * (log ** 2 - 2 * log + 2 - (a! + b) * (log - 1) + a! * b);
}
