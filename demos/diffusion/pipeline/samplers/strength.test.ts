import { expect, test } from "vitest";
import { createSolver } from "./sampler-table.ts";
import { planStrength, planStrengthLikeDiffusers } from "./strength.ts";

test.each([
  [20, 0.75, 16],
  [20, 0.5, 11],
  [20, 1, 20],
  [20, 0.02, 1],
  [20, 0, 1],
  [50, 0.3, 16],
])("the webui runs of %i steps at strength %d %i", (steps, strength, taken) => {
  const plan = planStrength(steps, strength);
  expect([plan.steps, plan.steps - plan.skip]).toEqual([steps, taken]);
});

test.each([
  [0.75, 26, 5.03311],
  [0.5, 40, 1.18175],
])("exactly twenty steps at strength %d are the last of %i, from level %d", (strength, total, level) => {
  const steps = 20;
  const plan = planStrength(steps, strength, true);
  expect(plan).toEqual({ steps: total, skip: total - steps });
  const solver = createSolver("DPM++ 2M", { ...plan, schedule: "Karras" });
  expect(solver.steps).toBe(steps);
  expect(solver.sigmas[0]).toBeCloseTo(level, 4);
});

test.each([
  [20, 0.3, 6],
  [20, 0.5, 10],
  [20, 0.75, 15],
  [20, 0.8, 16],
  [20, 1, 20],
  [5, 0.3, 1],
])("diffusers runs of %i steps at strength %d %i", (steps, strength, taken) => {
  expect(planStrengthLikeDiffusers(steps, strength)).toEqual({ steps, skip: steps - taken });
});

test.each([-0.1, 1.1, Number.NaN])("a strength of %d is refused", (strength) => {
  expect(() => planStrength(20, strength)).toThrow(
    expect.objectContaining({
      code: "SAMPLER_OPTION",
      message: `Expected a strength from 0 to 1, got ${strength}.`,
    }),
  );
});

test("a strength that leaves no step is refused", () => {
  expect(() => planStrengthLikeDiffusers(4, 0.1)).toThrow("A strength of 0.1 leaves none of 4 steps");
});

test.each([1e-9, 5e-324, 0.0019])("all of 20 steps at a strength of %d are refused at once", (strength) => {
  expect(() => planStrength(20, strength, true)).toThrow(
    expect.objectContaining({
      code: "STEPS_INVALID",
      message: expect.stringMatching(/^Exactly 20 steps at a strength of .* expected at most 10000\.$/),
      hint: "Choose fewer steps, or a strength of at least 0.002.",
    }),
  );
  expect(planStrength(20, 0.002, true).steps).toBe(10_000);
});
