import { describe, expect, test } from "vitest";
import { denoiseGaussian, flowGaussian } from "../fixtures/gaussian-model.ts";
import { TorchCpuGenerator } from "../random/torch-cpu.ts";
import { createNoiseTable, nearestTimestep } from "../schedules/noise-table.ts";
import { findSchedule, listLevels, schedules } from "../schedules/schedule-table.ts";
import { sample } from "./sample.ts";
import { createSolver } from "./sampler-table.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";
import type { Solver } from "./solver.ts";

const config = parseSchedulerConfig({ beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 });
const table = createNoiseTable(config);
const SIZE = 64;
const steps = 20;

/** Schedules that are not these samplers' own: theirs are evenly spaced training steps. */
const labels = schedules.filter(({ schedule }) => schedule !== undefined).map(({ label }) => label);

/** The training steps nearest to a schedule's levels, each once. */
function timestepsOf(label: string): number[] {
  const { schedule, rho } = findSchedule(label);
  const levels = listLevels(schedule!, { steps, table, rho });
  return [...new Set([...levels].filter((sigma) => sigma > 0).map((sigma) => nearestTimestep(table, sigma)))];
}

const solverOf = (name: string, schedule: string) => createSolver(name, { steps, schedule, config });

/** Noise and what follows it, the same for every solver. */
function drawn() {
  const generator = new TorchCpuGenerator(1);
  return { start: generator.normal(SIZE), noise: () => generator.normal(SIZE) };
}

/** @param factor of the start: solvers over levels take their samples divided by the signal */
async function run(solver: Solver, factor: number, denoise = denoiseGaussian): Promise<Float32Array> {
  const { start, noise } = drawn();
  return sample({ solver, start: start.map((value) => value * factor), noise, denoise });
}

/** A solver over levels that meets exactly these training steps, and the factor of its start. */
function overLevels(name: string, timesteps: readonly number[]) {
  const sigmas = Float32Array.from([...timesteps.map((timestep) => table.sigmas[timestep]!), 0]);
  return [
    createSolver(name, { steps: timesteps.length, sigmas, config }),
    Math.hypot(sigmas[0]!, 1),
  ] as const;
}

function largestDifference(values: Float32Array, expected: Float32Array): number {
  expect(values).toHaveLength(expected.length);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

describe.each(labels)("under %s", (label) => {
  const timesteps = timestepsOf(label);

  test.each(["DDIM", "DDPM", "LCM", "TCD"])("%s asks at the nearest training step of each level", (name) => {
    const solver = solverOf(name, label);
    expect([...solver.timesteps]).toEqual(timesteps);
    expect(solver.steps).toBe(timesteps.length);
  });

  test("PNDM asks at the second of them twice", () => {
    const { timesteps: asked, steps: taken } = solverOf("PNDM", label);
    expect([...asked]).toEqual([timesteps[0], timesteps[1], ...timesteps.slice(1)]);
    expect(taken).toBe(timesteps.length);
  });

  test("DDIM is Euler over the levels of those steps", async () => {
    const ddim = await run(solverOf("DDIM", label), 1);
    expect(largestDifference(ddim, await run(...overLevels("Euler", timesteps)))).toBeLessThan(1e-4);
  });

  test("DDPM is Euler a over the levels of those steps, with the same noise", async () => {
    const ddpm = await run(solverOf("DDPM", label), 1);
    expect(largestDifference(ddpm, await run(...overLevels("Euler a", timesteps)))).toBeLessThan(1e-4);
  });

  test("LCM is its formula over those steps", async () => {
    const { start, noise } = drawn();
    let x = start;
    timesteps.forEach((timestep, i) => {
      const left = table.alphasCumprod[timestep]!;
      const [alpha, sigma] = [Math.sqrt(left), Math.sqrt(1 - left)];
      const call = { x, alpha, sigma } as Parameters<typeof denoiseGaussian>[0];
      const denoised = denoiseGaussian(call) as Float32Array;
      const norm = (10 * timestep) ** 2 + 0.25;
      const [ofPicture, ofSample] = [(10 * timestep) / Math.sqrt(norm), 0.25 / norm];
      const picture = denoised.map((value, at) => ofPicture * value + ofSample * x[at]!);
      const next = timesteps[i + 1];
      if (next === undefined) return void (x = picture);
      const leftNext = table.alphasCumprod[next]!;
      const fresh = noise();
      x = picture.map((value, at) => Math.sqrt(leftNext) * value + Math.sqrt(1 - leftNext) * fresh[at]!);
    });
    expect(largestDifference(await run(solverOf("LCM", label), 1), x)).toBeLessThan(1e-4);
  });

  test("PNDM ends at the first training step, four times as near to where the flow leads as DDIM does", async () => {
    const sigmas = [timesteps[0]!, 0].map((timestep) => table.sigmas[timestep]!) as [number, number];
    const alphaEnd = Math.sqrt(table.alphasCumprod[0]!);
    const { start } = drawn();
    const flow = (to: number) => start.map((x) => flowGaussian(x * Math.hypot(sigmas[0], 1), sigmas[0], to));
    const pndm = largestDifference(
      await run(solverOf("PNDM", label), 1),
      flow(sigmas[1]).map((x) => x * alphaEnd),
    );
    const ddim = largestDifference(await run(solverOf("DDIM", label), 1), flow(0));
    expect(pndm).toBeLessThan(ddim / 4);
  });
});

test("a schedule's levels are what the scheduler is given as training steps", async () => {
  for (const [name, className] of [
    ["DDIM", "DDIMScheduler"],
    ["PNDM", "PNDMScheduler"],
  ] as const) {
    const timesteps = Float64Array.from(timestepsOf("Karras"));
    const own = { ...config, clipSample: false, skipPrkSteps: true };
    const direct = createScheduler(className, { config: own, steps: timesteps.length, timesteps });
    expect(await run(solverOf(name, "Karras"), 1)).toEqual(await run(direct, 1));
  }
});
