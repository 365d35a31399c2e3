import { combine, type Term } from "../numeric/combine.ts";
import { solveLinear } from "../numeric/solve-linear.ts";
import type { LimitOptions } from "../prediction/limits.ts";
import { readLimits, toEstimate } from "./dpm-solver-settings.ts";
import { History } from "./history.ts";
import type { Marginal } from "./marginal.ts";
import { createMarginalSolver, type MarginalLevels, type MarginalPath } from "./marginal-solver.ts";
import { oneOf } from "./scheduler-config.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";

interface UniPcSettings {
  readonly order: number;
  /** Which B(h) the method is built on (the paper's two variants). */
  readonly variant: "bh1" | "bh2";
  readonly predictsNoise: boolean;
  readonly lowerOrderFinal: boolean;
  /** Steps after which the corrector does not run. */
  readonly uncorrected: readonly number[];
  readonly limits: LimitOptions;
}

/** UniPC, a predictor-corrector of any order (Zhao et al., "UniPC", 2023, algorithms 1 and 2). */
export function createUniPc({ config, skip }: SchedulerRequest, levels: MarginalLevels): Solver {
  const type = oneOf("solver_type", config.solverType ?? "bh2", ["bh1", "bh2", "midpoint", "heun", "logrho"]);
  const settings: UniPcSettings = {
    order: config.solverOrder ?? 2,
    variant: type === "bh1" ? "bh1" : "bh2",
    predictsNoise: config.predictX0 === false,
    lowerOrderFinal: config.lowerOrderFinal ?? true,
    uncorrected: config.disableCorrector ?? [],
    // The noise-predicting form keeps no estimate of the picture that could be limited.
    limits: readLimits({
      thresholding: config.thresholding === true && config.predictX0 !== false,
      clipSample: false,
      dynamicThresholdingRatio: config.dynamicThresholdingRatio,
      sampleMaxValue: config.sampleMaxValue,
    }),
  };
  return createMarginalSolver({
    levels,
    skip,
    solve: (start, path) => solveUniPc(start, path, settings),
  });
}

function* solveUniPc(start: Float32Array, path: MarginalPath, settings: UniPcSettings): Solution {
  const x = start.slice();
  const corrected = start.slice();
  const estimate = new Float32Array(x.length);
  const past = new History(settings.order);
  let order = 0;
  for (let step = path.skip; step < path.steps; step++) {
    const here = path.marginals[step]!;
    const { alpha, sigma } = here;
    const denoised = yield { x, alpha, sigma, step: step - path.skip, isFirst: true };
    toEstimate(estimate, { x, denoised, marginal: here, batch: path.batch }, settings);
    if (past.length > 0 && !settings.uncorrected.includes(step - 1)) {
      correct(corrected, estimate, { path, step: step - 1, order, past, settings });
    } else {
      corrected.set(x);
    }
    past.push(estimate);
    order = Math.min(allowedOrder(step, path, settings), past.length);
    predict(x, corrected, { path, step, order, past, settings });
  }
  return x;
}

function allowedOrder(step: number, path: MarginalPath, settings: UniPcSettings): number {
  // Down to level 0 the first order is exact, and the higher ones divide infinity by infinity; in a step of no
  // length they divide 0 by 0.
  const [from, to] = [path.marginals[step]!, path.marginals[step + 1]!];
  if (to.sigma === 0 || to.lambda === from.lambda) return 1;
  return settings.lowerOrderFinal ? Math.min(settings.order, path.steps - step) : settings.order;
}

interface StepView {
  readonly path: MarginalPath;
  readonly step: number;
  readonly order: number;
  /** Estimates up to the beginning of the step, newest first. */
  readonly past: History;
  readonly settings: UniPcSettings;
}

/** The predictor UniP: writes the sample at the end of the step into `out`. */
function predict(out: Float32Array, from: Float32Array, view: StepView): void {
  const { order, past } = view;
  const base = weighBase(view);
  combine(out, [base.sample, from], [base.estimate, past.at(0)]);
  if (order === 1) return;
  const { ratios, rows, right } = listEquations(view);
  // Second order takes the published simplification instead of the solution.
  const weights = order === 2 ? [0.5] : solveLinear(rows.slice(0, -1), right.slice(0, -1));
  combine(out, [1, out], ...differences(weights, { ratios, past, scale: base.correction }));
}

/** The corrector UniC: makes the step anew from `sample`, in place, now that the estimate at its end is known. */
function correct(sample: Float32Array, ahead: Float32Array, view: StepView): void {
  const { order, past } = view;
  const base = weighBase(view);
  const { ratios, rows, right } = listEquations(view);
  const weights = order === 1 ? [0.5] : solveLinear(rows, right);
  const last = base.correction * weights.at(-1)!;
  combine(sample, [base.sample, sample], [base.estimate - last, past.at(0)], [last, ahead]);
  const earlier = differences(weights.slice(0, -1), { ratios, past, scale: base.correction });
  if (earlier.length > 0) combine(sample, [1, sample], ...earlier);
}

interface BaseWeights {
  readonly sample: number;
  readonly estimate: number;
  /** What multiplies the sum of weighted differences: -α·B(h), or -σ·B(h) for noise. */
  readonly correction: number;
}

function weighBase({ path, step, settings }: StepView): BaseWeights {
  const from = path.marginals[step]!;
  const to = path.marginals[step + 1]!;
  const h = signedLength(from, to, settings);
  if (!settings.predictsNoise) {
    const sample = to.sigma / from.sigma;
    return { sample, estimate: -to.alpha * Math.expm1(h), correction: -to.alpha * weightOfStep(h, settings) };
  }
  const sample = to.alpha / from.alpha;
  // -σ'·expm1(h), written so that it stays finite down to level 0.
  const estimate = to.sigma - sample * from.sigma;
  return { sample, estimate, correction: -to.sigma * weightOfStep(h, settings) };
}

function signedLength(from: Marginal, to: Marginal, settings: UniPcSettings): number {
  const h = to.lambda - from.lambda;
  return settings.predictsNoise ? h : -h;
}

function weightOfStep(h: number, { variant }: UniPcSettings): number {
  return variant === "bh1" ? h : Math.expm1(h);
}

interface Equations {
  /** Where the earlier estimates lie, in units of the step; negative. */
  readonly ratios: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly right: readonly number[];
}

/** The order conditions R·ρ = b (the paper's eq. 5 to 7), for as many unknowns as the order. */
function listEquations({ path, step, order, settings }: StepView): Equations {
  const from = path.marginals[step]!;
  const to = path.marginals[step + 1]!;
  const length = to.lambda - from.lambda;
  const h = signedLength(from, to, settings);
  const ratios = Array.from(
    { length: order - 1 },
    (_, i) => (path.marginals[step - i - 1]!.lambda - from.lambda) / length,
  );
  const places = [...ratios, 1];
  const rows: number[][] = [];
  const right: number[] = [];
  let phi = Math.expm1(h) / h - 1;
  let factorial = 1;
  for (let i = 1; i <= order; i++) {
    rows.push(places.map((place) => place ** (i - 1)));
    right.push((phi * factorial) / weightOfStep(h, settings));
    factorial *= i + 1;
    phi = phi / h - 1 / factorial;
  }
  return { ratios, rows, right };
}

interface DifferenceView {
  readonly ratios: readonly number[];
  readonly past: History;
  readonly scale: number;
}

/** scale · Σ ρᵢ·(mᵢ - m₀)/rᵢ as terms of the estimates. */
function differences(weights: readonly number[], { ratios, past, scale }: DifferenceView): Term[] {
  const factors = weights.map((weight, i) => (scale * weight) / ratios[i]!);
  const total = factors.reduce((sum, factor) => sum + factor, 0);
  if (factors.length === 0) return [];
  return [[-total, past.at(0)], ...factors.map((factor, i): Term => [factor, past.at(i + 1)])];
}
