import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { readRecorded } from "../fixtures/read-recorded.ts";
import { sample } from "./sample.ts";
import { createSolver } from "./sampler-table.ts";

const Numbers = v.array(v.number());
const Run = v.object({
  sampler: v.string(),
  schedule: v.string(),
  sigmas: Numbers,
  initial_noise: Numbers,
  noises: v.array(v.object({ sigma: v.number(), sigma_next: v.number(), noise: Numbers })),
  options: v.record(v.string(), v.union([v.number(), v.string()])),
  steps: v.array(v.object({ x: Numbers, sigma: v.number(), denoised: Numbers })),
  result: Numbers,
});
// The computed runs are of the same kind, from the published formulas in float32 instead of the package itself.
const runs = ["samplers-k-diffusion", "samplers-computed"].flatMap((name) =>
  Object.entries(v.parse(v.record(v.string(), Run), readRecorded(name))),
);

/**
 * DPM2 a takes its middle level from the small difference of two large squares: in the recorded long step one last
 * bit of a square root, which differs between processors, moves the result by 2.0e-5.
 */
const tolerances: Readonly<Record<string, number>> = { dpm_2_ancestral: 2.5e-5 };

describe.each(runs)("%s", (_, recorded) => {
  const tolerance = tolerances[recorded.sampler] ?? 1e-5;
  const sigmas = Float32Array.from(recorded.sigmas);
  const solver = createSolver(recorded.sampler, {
    steps: sigmas.length - 1,
    sigmas,
    options: Object.fromEntries(
      Object.entries(recorded.options).map(([key, value]) => [toCamelCase(key), value]),
    ),
  });

  test("follows the recorded steps with the recorded noise", async () => {
    const noises = [...recorded.noises];
    const steps: { x: number[]; sigma: number; denoised: number[] }[] = [];
    const last = await sample({
      solver,
      start: Float32Array.from(recorded.initial_noise, (value) => value * sigmas[0]!),
      noise(sigma, sigmaNext) {
        const next = noises.shift();
        expect(sigma).toBeCloseTo(next?.sigma ?? Number.NaN, 4);
        expect(sigmaNext).toBeCloseTo(next?.sigma_next ?? Number.NaN, 4);
        return Float32Array.from(next?.noise ?? []);
      },
      denoise: ({ x, level }) => x.map((value) => (0.7 * value) / (1 + level ** 2) + 0.1 * Math.sin(value)),
      onStep: ({ x, sigma, denoised }) => steps.push({ x: [...x], sigma, denoised: [...denoised] }),
    });
    expect(noises).toEqual([]);
    expect(steps.length).toBe(recorded.steps.length);
    recorded.steps.forEach((expected, i) => {
      expect(steps[i]!.sigma).toBeCloseTo(expected.sigma, 5);
      expect(largestError(steps[i]!.x, expected.x)).toBeLessThan(tolerance);
      expect(largestError(steps[i]!.denoised, expected.denoised)).toBeLessThan(tolerance);
    });
    expect(largestError([...last], recorded.result)).toBeLessThan(tolerance);
  });

  test("computes the recorded levels from its schedule", () => {
    const levels = createSolver(recorded.sampler, {
      steps: sigmas.length - 1,
      schedule: recorded.schedule,
      discardPenultimate: false,
      sigmaMin: 0.0291675,
      sigmaMax: 14.614642,
    }).sigmas;
    expect(largestError([...levels], recorded.sigmas)).toBeLessThan(1e-6);
  });
});

function toCamelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function largestError(values: readonly number[], expected: readonly number[]): number {
  if (values.length !== expected.length) return Infinity;
  const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
  return values.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!) / scale), 0);
}
