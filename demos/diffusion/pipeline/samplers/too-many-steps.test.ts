import { expect, test } from "vitest";
import { createSolver } from "./sampler-table.ts";
import { createScheduler } from "./scheduler.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import type { Solver } from "./solver.ts";

const latent: SchedulerConfig = { betaSchedule: "scaled_linear", betaStart: 0.00085, betaEnd: 0.012 };
const multistep = [
  "UniPCMultistepScheduler",
  "DEISMultistepScheduler",
  "DPMSolverMultistepScheduler",
  "DPMSolverSinglestepScheduler",
];

/** Solves with a model that always answers a little of what it is shown. */
function isFinite({ solve }: Solver): boolean {
  const solution = solve(Float32Array.of(1, -0.5), { noise: () => Float32Array.of(0.1, 0.2) });
  let result = solution.next();
  while (result.done !== true) result = solution.next(result.value.x.map((value) => 0.3 * Math.tanh(value)));
  return result.value.every(Number.isFinite);
}

test.each([0, -1, 2.5, 10_001, 1e9, Number.NaN])("%d steps are refused, whatever the sampler", (steps) => {
  const refusal = expect.objectContaining({
    code: "STEPS_INVALID",
    message: `Expected a whole number of steps from 1 to 10000, got ${steps}.`,
    hint: "Choose a whole number of steps from 1 to 10000.",
  });
  expect(() => createSolver("Euler", { steps })).toThrow(refusal);
  expect(() => createScheduler("DDIMScheduler", { config: latent, steps })).toThrow(refusal);
});

test.each(multistep)("%s draws with 999 steps, and refuses more than its training has", (name) => {
  expect(isFinite(createScheduler(name, { config: latent, steps: 999 }))).toBe(true);
  for (const timestepSpacing of ["linspace", "trailing"] as const) {
    expect(() => createScheduler(name, { config: { ...latent, timestepSpacing }, steps: 1001 })).toThrow(
      expect.objectContaining({ code: "STEPS_INVALID", hint: "Choose fewer steps." }),
    );
  }
  expect(isFinite(createScheduler(name, { config: { ...latent, useKarrasSigmas: true }, steps: 1500 }))).toBe(
    true,
  );
});

test.each(["DPM++ 2M", "DPM++ 2M SDE", "UniPC", "DEIS"])("%s under Simple refuses 1001 steps", (name) => {
  expect(isFinite(createSolver(name, { schedule: "Simple", steps: 1000 }))).toBe(true);
  expect(() => createSolver(name, { schedule: "Simple", steps: 1001 })).toThrow(
    expect.objectContaining({
      code: "STEPS_INVALID",
      message: "Expected at most 1000 steps, as many as the model was trained with, got 1001.",
    }),
  );
});

test("advice about too many steps is not that of too few", () => {
  expect(() => createScheduler("DDIMScheduler", { config: latent, steps: 1001 })).toThrow(
    expect.objectContaining({ hint: "Choose fewer steps, from 1 to 1000." }),
  );
  expect(() => createScheduler("LCMScheduler", { config: latent, steps: 60 })).toThrow(
    expect.objectContaining({ hint: "Choose fewer steps, from 1 to 50." }),
  );
  expect(() => createScheduler("PNDMScheduler", { config: latent, steps: 3 })).toThrow(
    expect.objectContaining({ hint: "Choose at least 4 steps, or another sampler." }),
  );
  expect(() => createSolver("Euler", { steps: 4, skip: 4 })).toThrow(
    expect.objectContaining({ hint: "Leave at least one step." }),
  );
});
