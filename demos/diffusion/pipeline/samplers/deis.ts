import { combine, type Term } from "../numeric/combine.ts";
import { numpyLog } from "../numeric/numpy-log.ts";
import { StudioError } from "../../studio-error.ts";
import { readLimits, toEstimate } from "./dpm-solver-settings.ts";
import { History } from "./history.ts";
import type { Marginal } from "./marginal.ts";
import { createMarginalSolver, type MarginalLevels, type MarginalPath } from "./marginal-solver.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

const f = Math.fround;

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
    if (order === 1) {
      const weight = to.sigma / to.alpha - sigma / alpha;
      combine(x, [to.alpha / alpha, x], [to.alpha * weight, past.at(0)]);
      continue;
    }
    stepDeis(x, past, { weights: listWeights(order, path, step), from: f(alpha), to: f(to.alpha) });
  }
  return x;
}

interface DeisStep {
  /** Of the past estimates, newest first. */
  readonly weights: readonly number[];
  /** What is left of the picture at the beginning and at the end of the step. */
  readonly from: number;
  readonly to: number;
}

/** α'·(x/α + Σ wᵢ·εᵢ), in place. */
function stepDeis(x: Float32Array, past: History, { weights, from, to }: DeisStep): void {
  const terms = weights.map((weight, age): Term => [to * weight, past.at(age)]);
  combine(x, [to / from, x], ...terms);
}

function allowedOrder(step: number, steps: number, config: SchedulerConfig): number {
  const order = config.solverOrder ?? 2;
  if (config.lowerOrderFinal === false || steps >= 15) return order;
  return Math.min(order, steps - step);
}

/**
 * Integrals over ρ of the Lagrange polynomials in ln ρ through the last `order` levels, newest first.
 *
 * Each is a small difference of large numbers, and the reference takes it in float32: so does this, operation by
 * operation, or pictures of third order would differ in their fourth digit.
 */
function listWeights(order: number, path: MarginalPath, step: number): number[] {
  const rhos = Array.from({ length: order + 1 }, (_, age) => toRho(path.marginals[step + 1 - age]!));
  const [target, here] = [rhos[0]!, rhos[1]!];
  const levels = rhos.slice(1);
  return levels.map((level, age) => {
    // The others in the order in which the reference passes them: from the next one on, around.
    const others = [...levels.slice(age + 1), ...levels.slice(0, age)].map(numpyLog);
    return f(integrateLogs(target, level, others) - integrateLogs(here, level, others));
  });
}

/** ρ as the reference comes by it: the level taken apart into noise and signal, and put together again. */
function toRho(marginal: Marginal): number {
  const level = f(marginal.sigma / marginal.alpha);
  const alpha = f(1 / f(Math.sqrt(f(f(level ** 2) + 1))));
  return f(f(level * alpha) / alpha);
}

/**
 * The antiderivative at ρ of (ln ρ - c) / (ln b - c), or of the like product with two levels c and d, for the level
 * b; 0 in the limit at 0.
 */
function integrateLogs(rho: number, level: number, [c, d]: readonly number[]): number {
  if (rho === 0 || c === undefined) return 0;
  const log = numpyLog(rho);
  const own = numpyLog(level);
  if (d === undefined) return f(f(rho * f(f(log - c) - 1)) / f(own - c));
  const product = f(f(c * f(f(d - log) + 1)) - f(d * log));
  const sum = f(f(f(f(product + d) + f(log ** 2)) - f(2 * log)) + 2);
  return f(f(rho * sum) / f(f(own - c) * f(own - d)));
}
