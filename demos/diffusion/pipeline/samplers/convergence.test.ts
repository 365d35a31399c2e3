import { expect, test } from "vitest";
import { denoiseGaussian, diffuseGaussian, flowGaussian } from "../fixtures/gaussian-model.ts";
import { createNoiseTable } from "../schedules/noise-table.ts";
import { marginalOfLevel } from "./marginal.ts";
import { sample, Stepper } from "./sample.ts";
import { createSolver } from "./sampler-table.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";
import type { Solver } from "./solver.ts";

const base = {
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  beta_end: 0.012,
  final_sigmas_type: "sigma_min",
  lower_order_final: false,
};
const noiseless = () => new Float32Array(1);

/** Levels evenly spaced in ln σ, where the orders of the exponential integrators hold. */
function evenLevels(steps: number): Float32Array {
  return Float32Array.from({ length: steps + 1 }, (_, i) => 10 * 0.05 ** (i / steps));
}

async function errorOf(solver: Solver, isStochastic: boolean): Promise<number> {
  const from = solver.sigmas[0]!;
  const to = solver.sigmas[solver.steps]!;
  const scale = solver.initNoiseSigma === 1;
  const { alpha, sigma } = scale ? marginalOfLevel(from) : { alpha: 1, sigma: from };
  const start = 1.3 * sigma + 0.4 * alpha;
  const last = await sample({
    solver,
    start: Float32Array.of(start),
    denoise: denoiseGaussian,
    noise: noiseless,
  });
  const endAlpha = scale ? marginalOfLevel(to).alpha : 1;
  const exact = (isStochastic ? diffuseGaussian : flowGaussian)(start / alpha, from, to);
  return Math.abs(last[0]! / endAlpha - exact);
}

// The published multistep solver of third order takes half of the second derivative, and so keeps to order 2.
const classes: [string, object, number][] = [
  ["DPMSolverMultistepScheduler", { solver_order: 1 }, 1],
  ["DPMSolverMultistepScheduler", { solver_order: 2 }, 2],
  ["DPMSolverMultistepScheduler", { solver_order: 2, solver_type: "heun" }, 2],
  ["DPMSolverMultistepScheduler", { solver_order: 3 }, 2],
  ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver", solver_order: 1 }, 1],
  ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver", solver_order: 2 }, 2],
  ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver", solver_order: 2, solver_type: "heun" }, 2],
  ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver", solver_order: 3 }, 2],
  ["DPMSolverMultistepScheduler", { algorithm_type: "sde-dpmsolver++", solver_order: 1 }, 1],
  ["DPMSolverMultistepScheduler", { algorithm_type: "sde-dpmsolver++", solver_order: 2 }, 2],
  ["DPMSolverMultistepScheduler", { algorithm_type: "sde-dpmsolver", solver_order: 1 }, 1],
  ["DPMSolverMultistepScheduler", { algorithm_type: "sde-dpmsolver", solver_order: 2 }, 2],
  ["DPMSolverSinglestepScheduler", { solver_order: 1 }, 1],
  ["DPMSolverSinglestepScheduler", { solver_order: 2 }, 2],
  ["DPMSolverSinglestepScheduler", { solver_order: 2, solver_type: "heun" }, 2],
  ["DPMSolverSinglestepScheduler", { solver_order: 3, solver_type: "heun" }, 3],
  ["DPMSolverSinglestepScheduler", { algorithm_type: "dpmsolver", solver_order: 3, solver_type: "heun" }, 3],
  ["DPMSolverSinglestepScheduler", { algorithm_type: "sde-dpmsolver++", solver_order: 2 }, 2],
  ["UniPCMultistepScheduler", { solver_order: 1 }, 2],
  ["UniPCMultistepScheduler", { solver_order: 2 }, 3],
  ["UniPCMultistepScheduler", { solver_order: 2, solver_type: "bh1" }, 3],
  ["UniPCMultistepScheduler", { solver_order: 2, predict_x0: false }, 3],
  ["DEISMultistepScheduler", { solver_order: 1 }, 1],
  ["DEISMultistepScheduler", { solver_order: 2 }, 2],
];

test.each(classes)("%s with %j converges to the exact solution with order %i", async (name, extra, order) => {
  const config = parseSchedulerConfig({ ...base, ...extra });
  const isStochastic = config.algorithmType?.startsWith("sde") ?? false;
  const errors = [24, 48].map((steps) =>
    errorOf(createScheduler(name, { config, steps, sigmas: evenLevels(steps) }), isStochastic),
  );
  const [coarse, fine] = await Promise.all(errors);
  expect(fine).toBeLessThan(0.05);
  // Twice the steps leave 1/2^order of the error; float32 hides what lies below 1e-6.
  expect(fine! < 1e-6 || Math.log2(coarse! / fine!) > order - 0.45).toBe(true);
});

test("DEIS of third order converges with it until the float32 of its weights, as in the reference, shows", async () => {
  const config = parseSchedulerConfig({ ...base, solver_order: 3 });
  const [coarse, fine, finest] = await Promise.all(
    [8, 16, 48].map((steps) =>
      errorOf(createScheduler("DEISMultistepScheduler", { config, steps, sigmas: evenLevels(steps) }), false),
    ),
  );
  expect(Math.log2(coarse! / fine!)).toBeGreaterThan(3 - 0.45);
  expect(finest).toBeLessThan(2e-4);
});

const names: [string, Record<string, number | string>, number][] = [
  ["Euler", {}, 1],
  ["Euler a", { eta: 0 }, 1],
  ["Heun", {}, 2],
  ["DPM2", {}, 2],
  ["DPM2 a", { eta: 0 }, 2],
  ["LMS", { order: 1 }, 1],
  ["LMS", { order: 2 }, 2],
  ["LMS", { order: 4 }, 3],
  ["DPM++ 2S a", { eta: 0 }, 2],
  ["DPM++ 2M", {}, 2],
  ["DPM++ SDE", { eta: 0 }, 2],
  ["DPM++ SDE", { eta: 0, r: 0.4 }, 2],
  ["DPM++ 2M SDE", { eta: 0 }, 2],
  ["DPM++ 2M SDE", { eta: 0, solverType: "heun" }, 2],
  ["DPM++ 2M SDE", { eta: 1 }, 2],
  ["DPM++ 2M SDE Heun", { eta: 1 }, 2],
  ["DPM++ 3M SDE", { eta: 0 }, 3],
  ["DPM++ 3M SDE", { eta: 1 }, 3],
];

test.each(names)("%s with %j converges to the exact solution with order %i", async (name, options, order) => {
  const isStochastic = options.eta === 1;
  const errors = [24, 48].map((steps) =>
    errorOf(createSolver(name, { steps, sigmas: evenLevels(steps), options }), isStochastic),
  );
  const [coarse, fine] = await Promise.all(errors);
  expect(fine).toBeLessThan(0.05);
  expect(fine! < 1e-6 || Math.log2(coarse! / fine!) > order - 0.45).toBe(true);
});

test.each([
  ["DDIMScheduler", {}, 0.02],
  ["PNDMScheduler", { skip_prk_steps: true }, 0.002],
  ["PNDMScheduler", { skip_prk_steps: false }, 0.002],
  ["PNDMScheduler", { skip_prk_steps: false, prediction_type: "v_prediction" }, 0.02],
])(
  "%s with %j follows a hundred training steps to %d of the exact solution",
  async (name, extra, tolerance) => {
    const config = parseSchedulerConfig({ ...base, clip_sample: false, set_alpha_to_one: false, ...extra });
    const solver = createScheduler(name, { config, steps: 100 });
    const { sigmas } = createNoiseTable();
    const from = sigmas[solver.timesteps[0]!]!;
    const marginal = marginalOfLevel(from);
    const start = 1.3 * marginal.sigma + 0.4 * marginal.alpha;
    const last = await sample({
      solver,
      start: Float32Array.of(start),
      denoise: denoiseGaussian,
      noise: noiseless,
    });
    const end = marginalOfLevel(sigmas[0]!);
    const error = last[0]! / end.alpha - flowGaussian(start / marginal.alpha, from, sigmas[0]!);
    expect(Math.abs(error)).toBeLessThan(tolerance);
  },
);

test("PNDM's three Runge-Kutta transitions of twenty land on the exact solution", async () => {
  const solver = createScheduler("PNDMScheduler", { config: parseSchedulerConfig(base), steps: 20 });
  const { sigmas } = createNoiseTable();
  const from = sigmas[solver.timesteps[0]!]!;
  const marginal = marginalOfLevel(from);
  const start = 1.3 * marginal.sigma + 0.4 * marginal.alpha;
  const stepper = new Stepper(solver, { start: Float32Array.of(start), noise: noiseless });
  while (stepper.call !== undefined && stepper.call.call < 12)
    stepper.advance(await denoiseGaussian(stepper.call));
  const { alpha = 0, level = 0, x } = stepper.call ?? {};
  expect(solver.timesteps[12]).toBe(800);
  expect(x![0]! / alpha - flowGaussian(start / marginal.alpha, from, level)).toBeCloseTo(0, 3);
});
