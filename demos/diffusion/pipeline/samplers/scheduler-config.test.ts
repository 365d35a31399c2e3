import { expect, test } from "vitest";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";

test("Python's spelling is read into ours, null as not set, unknown keys passed over", () => {
  const json = {
    _class_name: "PNDMScheduler",
    beta_start: 0.00085,
    trained_betas: null,
    skip_prk_steps: true,
    x: 1,
  };
  expect(parseSchedulerConfig(json)).toEqual({
    className: "PNDMScheduler",
    betaStart: 0.00085,
    trainedBetas: undefined,
    skipPrkSteps: true,
  });
});

test.each<[unknown, string]>([
  [null, "A scheduler's configuration is an object of settings."],
  [[], "A scheduler's configuration is an object of settings."],
  [{ beta_start: "low" }, 'scheduler_config.json, key betaStart: expected number, got "low".'],
  [
    { use_flow_sigmas: true },
    "Models of flow matching (use_flow_sigmas) are not supported: expected a Stable Diffusion 1, 2 or XL.",
  ],
  [
    { use_karras_sigmas: true, use_beta_sigmas: true },
    "Only one of use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas may be true.",
  ],
])("refused: %j", (json, message) => {
  expect(() => parseSchedulerConfig(json)).toThrow(
    expect.objectContaining({ code: "SCHEDULER_CONFIG", message }),
  );
});

test.each([
  ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver" }, /expects final_sigmas_type "sigma_min"/],
  ["DPMSolverMultistepScheduler", { solver_order: 4 }, /expected 1, 2 or 3, got 4/],
  ["DPMSolverMultistepScheduler", { solver_type: "rk" }, /key solver_type: expected one of midpoint, heun/],
  [
    "DPMSolverSinglestepScheduler",
    { algorithm_type: "sde-dpmsolver" },
    /key algorithm_type: expected one of/,
  ],
  ["DEISMultistepScheduler", { solver_order: 4 }, /solver_order: expected 1, 2 or 3, got 4/],
  ["DDPMScheduler", { variance_type: "learned" }, /key variance_type: expected one of fixed_small/],
  ["PNDMScheduler", { prediction_type: "sample" }, /expects a prediction_type of epsilon or v_prediction/],
])("%s refuses %j", (name, json, message) => {
  expect(() => createScheduler(name, { config: parseSchedulerConfig(json), steps: 5 })).toThrow(message);
});

test.each(["DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "LCMScheduler", "TCDScheduler"])(
  "%s refuses more steps than the model was trained with",
  (name) => {
    expect(() => createScheduler(name, { config: {}, steps: 1001 })).toThrow(
      expect.objectContaining({
        code: "STEPS_INVALID",
        message: "Expected at most 1000 steps, as many as the model was trained with, got 1001.",
      }),
    );
  },
);

test("LCM refuses more steps than are left of its distilled ones, and shortens them by the strength", () => {
  expect(() => createScheduler("LCMScheduler", { config: {}, steps: 8, strength: 0.1 })).toThrow(
    "Expected at most 5 steps (50 distilled steps times strength 0.1), got 8.",
  );
  const half = createScheduler("LCMScheduler", { config: {}, steps: 4, strength: 0.5 });
  expect([...half.timesteps]).toEqual([499, 379, 259, 139]);
});

test.each([
  [1, [999]],
  [2, [999, 499]],
  [8, [999, 879, 759, 639, 499, 379, 259, 139]],
])("%i steps of LCM lie at %j", (steps, timesteps) => {
  expect([...createScheduler("LCMScheduler", { config: {}, steps }).timesteps]).toEqual(timesteps);
});

const spacings: [string, { readonly steps?: number; readonly [key: string]: unknown }, string][] = [
  ["DDIMScheduler", { timestep_spacing: "leading", steps_offset: 1, steps: 7 }, "853 711 569 427 285 143 1"],
  ["DDIMScheduler", { timestep_spacing: "trailing", steps: 7 }, "999 856 713 570 428 285 142"],
  ["DDIMScheduler", { timestep_spacing: "linspace", steps: 7 }, "999 832 666 500 333 166 0"],
  ["DPMSolverMultistepScheduler", { timestep_spacing: "leading", steps_offset: 1 }, "831 665 499 333 167"],
  ["DPMSolverMultistepScheduler", {}, "999 799 599 400 200"],
  // The singlestep class knows one spacing only.
  ["DPMSolverSinglestepScheduler", { timestep_spacing: "leading", steps_offset: 1 }, "999 799 599 400 200"],
  ["EulerDiscreteScheduler", {}, "999 749.25 499.5 249.75 0"],
  ["PNDMScheduler", { skip_prk_steps: true, steps_offset: 1 }, "801 601 601 401 201 1"],
  // Three Runge-Kutta transitions of four calls each, then multistep.
  ["PNDMScheduler", {}, "800 700 700 600 600 500 500 400 400 300 300 200 200 0"],
];

test.each(spacings)("%s with %j lays its steps at %s", (name, { steps = 5, ...json }, expected) => {
  const solver = createScheduler(name, { config: parseSchedulerConfig(json), steps });
  expect([...solver.timesteps]).toEqual(expected.split(" ").map(Number));
});
