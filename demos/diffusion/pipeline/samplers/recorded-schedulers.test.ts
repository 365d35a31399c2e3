import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { readRecorded } from "../fixtures/read-recorded.ts";
import { createDenoiser } from "../prediction/denoiser.ts";
import { parsePredictionType } from "../prediction/prediction.ts";
import { sample } from "./sample.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";

const Numbers = v.array(v.nullable(v.number()));
const Run = v.object({
  scheduler: v.string(),
  config: v.unknown(),
  steps: v.number(),
  initial_noise: v.array(v.number()),
  init_noise_sigma: v.number(),
  timesteps: v.array(v.number()),
  sigmas: v.nullable(v.array(v.number())),
  noises: v.array(v.array(v.number())),
  trajectory: v.array(Numbers),
});
// The computed runs are of the same kind, from the published formulas in float32 instead of the package itself.
const runs = ["schedulers-diffusers", "schedulers-computed"].flatMap((name) =>
  Object.entries(v.parse(v.record(v.string(), Run), readRecorded(name))),
);

describe.each(runs)("%s", (_, recorded) => {
  const config = parseSchedulerConfig(recorded.config);
  const solver = createScheduler(recorded.scheduler, { config, steps: recorded.steps });

  test("lists the recorded timesteps, sigmas and first noise level", () => {
    expect(largestError([...solver.timesteps], recorded.timesteps)).toBeLessThan(1e-6);
    expect(largestError([...solver.sigmas], recorded.sigmas ?? [])).toBeLessThan(1e-6);
    expect(largestError([solver.initNoiseSigma], [recorded.init_noise_sigma])).toBeLessThan(1e-6);
  });

  test("follows the recorded trajectory to 1e-5, asking for each recorded noise tensor", async () => {
    const noises = recorded.noises.map((noise) => Float32Array.from(noise));
    const trajectory: number[][] = [];
    const last = await sample({
      solver,
      start: Float32Array.from(recorded.initial_noise, (value) => value * solver.initNoiseSigma),
      noise: () => noises.shift() ?? new Float32Array(0),
      denoise: createDenoiser({
        prediction: parsePredictionType(config.predictionType ?? "epsilon"),
        predict(input, call) {
          if (call.call > 0) trajectory.push([...call.x]);
          return input.map((x) => 0.6 * Math.sin(x) + 0.2 * Math.cos(call.timestep / 150));
        },
      }),
    });
    trajectory.push([...last]);
    expect(noises).toEqual([]);
    expect(trajectory.length).toBe(recorded.trajectory.length);
    recorded.trajectory.forEach((sampleThere, i) => {
      const expected = sampleThere.filter((value) => value !== null);
      // UniPC's first variant divides infinity by infinity on its way to level 0; ours ends at the estimate instead.
      if (expected.length === 0) return expect(trajectory[i]!.every(Number.isFinite)).toBe(true);
      expect(largestError(trajectory[i]!, expected)).toBeLessThan(1e-5);
    });
  });
});

/** The largest difference, relative to the larger of the two series' magnitude and one. */
function largestError(values: readonly number[], expected: readonly number[]): number {
  if (values.length !== expected.length) return Infinity;
  const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
  return values.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!) / scale), 0);
}
