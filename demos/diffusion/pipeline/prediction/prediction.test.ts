import { expect, test } from "vitest";
import { denoiseGaussian, predictGaussianVelocity } from "../fixtures/gaussian-model.ts";
import type { ModelCall } from "../samplers/sample.ts";
import { createDenoiser } from "./denoiser.ts";
import { parsePredictionType, toDenoised } from "./prediction.ts";

const x = Float32Array.of(-2, 0.1, 3.5);

function callAt(alpha: number, sigma: number): ModelCall {
  return { x, alpha, sigma, level: sigma / alpha, timestep: 0, call: 0, step: 0, steps: 1, isFirst: true };
}

const scales: [string, ModelCall][] = [
  ["of levels", callAt(1, 3)],
  ["of constant variance", callAt(0.6, 0.8)],
];

test.each(scales)("noise, velocity and picture tell the same estimate in samples %s", async (_, call) => {
  const exact = await denoiseGaussian(call);
  const answers = {
    epsilon: () => x.map((value, i) => (value - call.alpha * exact[i]!) / call.sigma),
    v_prediction: (input: Float32Array) => predictGaussianVelocity(input, call),
    sample: () => exact,
  };
  for (const [name, predict] of Object.entries(answers)) {
    const denoised = await createDenoiser({ prediction: parsePredictionType(name), predict })(call);
    denoised.forEach((value, i) => expect(value).toBeCloseTo(exact[i]!, 5));
  }
});

test.each(scales)("the model's input has unit variance in samples %s", async (_, call) => {
  const norm = Math.hypot(call.alpha, call.sigma);
  let seen = new Float32Array(0);
  await createDenoiser({ prediction: "sample", predict: (input) => (seen = input.slice()) })(call);
  seen.forEach((value, i) => expect(value).toBeCloseTo(x[i]! / norm, 6));
});

test("from pure noise a velocity model still tells the picture", () => {
  const denoised = toDenoised("v_prediction", {
    output: Float32Array.of(-1, -2, -3),
    question: callAt(0, 1),
    out: new Float32Array(3),
  });
  expect([...denoised]).toEqual([1, 2, 3]);
});

test("an unknown prediction type is refused with the names of all", () => {
  expect(() => parsePredictionType("flow_prediction")).toThrow(
    expect.objectContaining({
      code: "SCHEDULER_CONFIG",
      message: 'Expected a prediction type of epsilon, v_prediction, sample, got "flow_prediction".',
    }),
  );
});
