import { describe, expect, test } from "vitest";
import { denoiseGaussian } from "../fixtures/gaussian-model.ts";
import { TorchCpuGenerator } from "../random/torch-cpu.ts";
import { schedules } from "../schedules/schedule-table.ts";
import { sample, type StepReport } from "./sample.ts";
import { createSolver, findSampler, parseSamplerName, samplers } from "./sampler-table.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler, schedulerClasses } from "./scheduler.ts";
import type { Solver } from "./solver.ts";

const config = parseSchedulerConfig({ beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 });
const SIZE = 512;

interface Run {
  readonly last: Float32Array;
  readonly reports: readonly StepReport[];
  readonly calls: number;
}

async function run(solver: Solver, seed = 1): Promise<Run> {
  const generator = new TorchCpuGenerator(seed);
  const reports: StepReport[] = [];
  let calls = 0;
  const last = await sample({
    solver,
    start: generator.normal(SIZE).map((value) => value * solver.initNoiseSigma),
    noise: () => generator.normal(SIZE),
    denoise(call) {
      expect(call.call).toBe(calls);
      calls += 1;
      return denoiseGaussian(call);
    },
    onStep: (report) => reports.push({ ...report }),
  });
  return { last, reports, calls };
}

const names = samplers.map(({ name }) => name);
const labels = schedules.map(({ label }) => label);

describe.each(names)("%s", (name) => {
  test.each(labels)("turns noise into pictures of the right mean and spread under %s", async (schedule) => {
    const { last } = await run(createSolver(name, { steps: 24, schedule, config }));
    const mean = last.reduce((sum, value) => sum + value, 0) / SIZE;
    const spread = Math.sqrt(last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SIZE);
    // The data have mean 0.5 and spread 0.7; some schedules are coarse, and 512 numbers sway a little.
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.8);
    expect(spread).toBeGreaterThan(0.3);
    expect(spread).toBeLessThan(1.25);
  });

  test.each([1, 2, 3, 7, 20, 30])("reports each of %i steps once, from noisy to clean", async (steps) => {
    const solver = createSolver(name, { steps, config });
    const { reports, calls } = await run(solver);
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(reports.every((report) => report.steps === steps)).toBe(true);
    for (let i = 1; i < steps; i++) expect(reports[i]!.sigma).toBeLessThan(reports[i - 1]!.sigma);
    const perStep = findSampler(name).callsPerStep;
    expect(calls).toBe(expectedCalls(name, { steps, perStep }));
  });

  test("does not change its start and gives the same for the same seed", async () => {
    const solver = createSolver(name, { steps: 6, config });
    const first = await run(solver, 5);
    expect((await run(solver, 5)).last).toEqual(first.last);
    expect((await run(solver, 6)).last).not.toEqual(first.last);
  });

  test("starts from a picture part of the way", async () => {
    const solver = createSolver(name, { steps: 20, skip: 16, config });
    const generator = new TorchCpuGenerator(3);
    const latent = generator.normal(SIZE).map((value) => 0.5 + 0.7 * value);
    const reports: StepReport[] = [];
    const last = await sample({
      solver,
      start: solver.addNoise(latent, generator.normal(SIZE)),
      noise: () => generator.normal(SIZE),
      denoise: denoiseGaussian,
      onStep: (report) => reports.push({ ...report }),
    });
    expect(reports.length).toBe(4);
    expect(reports[0]!.sigma).toBeLessThan(1);
    const closeness =
      latent.reduce((sum, value, i) => sum + (value - 0.5) * (last[i]! - 0.5), 0) / SIZE / 0.49;
    // Chance alone stays below 0.15; LCM, which adds noise anew every time, keeps least.
    expect(closeness).toBeGreaterThan(0.2);
  });

  test("stops within one model call of an abort", async () => {
    const solver = createSolver(name, { steps: 10, config });
    const controller = new AbortController();
    let calls = 0;
    const running = sample({
      solver,
      start: new Float32Array(SIZE).fill(solver.initNoiseSigma),
      noise: () => new Float32Array(SIZE),
      async denoise(call) {
        calls += 1;
        if (calls === 3) controller.abort(new Error("enough"));
        await Promise.resolve();
        return denoiseGaussian(call);
      },
      signal: controller.signal,
    });
    await expect(running).rejects.toThrow("enough");
    expect(calls).toBe(3);
  });
});

function expectedCalls(name: string, { steps, perStep }: { steps: number; perStep: number }): number {
  if (name === "PNDM") return steps === 1 ? 1 : steps + 1;
  // The step down to 0 needs one call only.
  return perStep * steps - (perStep - 1);
}

test.each(Object.keys(schedulerClasses))(
  "%s follows every spread of levels to the data",
  async (className) => {
    for (const spread of ["useKarrasSigmas", "useExponentialSigmas", "useBetaSigmas", "useLuLambdas"]) {
      for (const timestepSpacing of ["linspace", "leading", "trailing"] as const) {
        const solver = createScheduler(className, {
          config: { ...config, clipSample: false, timestepSpacing, [spread]: true },
          steps: 24,
        });
        const { last } = await run(solver);
        const mean = last.reduce((sum, value) => sum + value, 0) / SIZE;
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.3);
      }
    }
  },
);

test("every name and alias finds one sampler", () => {
  const all = samplers.flatMap(({ name, aliases }) => [name, ...aliases].map((known) => known.toLowerCase()));
  expect(new Set(all).size + caseTwins()).toBe(all.length);
  expect(
    ["k_dpmpp_2m", "DPMSolverMultistepScheduler", "dpm++ 2m"].map((known) => findSampler(known).name),
  ).toEqual(["DPM++ 2M", "DPM++ 2M", "DPM++ 2M"]);
});

/** Aliases that repeat their own sampler's name in small letters. */
function caseTwins(): number {
  const twins = samplers.map(({ name, aliases }) => {
    const known = [name, ...aliases].map((word) => word.toLowerCase());
    return known.length - new Set(known).size;
  });
  return twins.reduce((sum, count) => sum + count, 0);
}

test.each([
  ["DPM++ 2M Karras", "DPM++ 2M", "automatic"],
  ["DPM++ 2M SDE Exponential", "DPM++ 2M SDE", "automatic"],
  ["DPM++ 2M SDE Heun", "DPM++ 2M SDE Heun", "automatic"],
  ["DPM++ 2M SDE Heun Karras", "DPM++ 2M SDE Heun", "karras"],
  ["Euler a SGM Uniform", "Euler a", "sgm_uniform"],
  ["Euler a", "Euler a", "automatic"],
])("%s is read as the sampler %s with the schedule %s", (text, sampler, schedule) => {
  const parsed = parseSamplerName(text);
  expect([parsed.sampler.name, parsed.schedule]).toEqual([sampler, schedule]);
});

test("an unknown sampler is refused with the names of all", () => {
  expect(() => createSolver("Euler z", { steps: 5 })).toThrow(
    expect.objectContaining({
      code: "SAMPLER_UNKNOWN",
      message: `Expected one of the samplers ${names.join(", ")}, got "Euler z".`,
    }),
  );
});

test("an unknown scheduler class is refused with the names of all", () => {
  expect(() => createScheduler("FlowScheduler", { config, steps: 5 })).toThrow(
    expect.objectContaining({
      code: "SAMPLER_UNKNOWN",
      message: `Expected one of the schedulers ${Object.keys(schedulerClasses).join(", ")}, got "FlowScheduler".`,
    }),
  );
});

test.each(names)("%s refuses 0 steps, half steps and a start behind its end", (name) => {
  const refusal = expect.objectContaining({ code: "STEPS_INVALID" });
  expect(() => createSolver(name, { steps: 0 })).toThrow(refusal);
  expect(() => createSolver(name, { steps: 2.5 })).toThrow(refusal);
  expect(() => createSolver(name, { steps: 5, skip: 5 })).toThrow(refusal);
});

test.each([
  ["Euler a", { eta: -1 }, "Option eta expects a number from 0 to 10, got -1."],
  ["LMS", { order: 2.5 }, "Option order expects a whole number from 1 to 10, got 2.5."],
  ["DPM++ 2M SDE", { solverType: "rk4" }, "Option solverType expects one of midpoint, heun, got rk4."],
  ["Euler", { eta: 1 }, 'Expected options among sChurn, sTmin, sTmax, sNoise, got "eta".'],
  ["UniPC", { eta: 1 }, 'Expected options among none, got "eta".'],
  ["DDIM", { eta: 2 }, "Option eta expects a number from 0 to 1, got 2."],
])("%s refuses %j", (name, options, message) => {
  expect(() => createSolver(name, { steps: 5, options })).toThrow(
    expect.objectContaining({ code: "SAMPLER_OPTION", message }),
  );
});

test("a model that answers with no numbers is named with its step", async () => {
  const solver = createSolver("Euler", { steps: 4, config });
  const running = sample({
    solver,
    start: new Float32Array(4),
    noise: () => new Float32Array(4),
    denoise: ({ x, step }) => (step === 2 ? x.map(() => Number.NaN) : x),
  });
  await expect(running).rejects.toMatchObject({
    code: "LATENT_NOT_FINITE",
    message: "Step 3 of 4: the model answered with numbers that are not finite.",
  });
});

test("a model that answers with another size is refused", async () => {
  const running = sample({
    solver: createSolver("Euler", { steps: 4, config }),
    start: new Float32Array(4),
    noise: () => new Float32Array(4),
    denoise: () => new Float32Array(3),
  });
  await expect(running).rejects.toMatchObject({
    code: "LATENT_SHAPE",
    message: "Step 1 of 4: expected 4 denoised numbers, got 3.",
  });
});

test("churn raises the level before a step, only between its bounds", async () => {
  const levels: number[] = [];
  let draws = 0;
  await sample({
    solver: createSolver("Euler", {
      steps: 5,
      schedule: "Karras",
      config,
      options: { sChurn: 1, sTmin: 1, sTmax: 10 },
    }),
    start: new Float32Array(4),
    noise() {
      draws += 1;
      return new Float32Array(4);
    },
    denoise({ x, level }) {
      levels.push(level);
      return x;
    },
  });
  expect(levels.map((level) => level.toFixed(3))).toEqual(["14.615", "5.756", "1.529", "0.248", "0.029"]);
  expect(draws).toBe(5);
});
