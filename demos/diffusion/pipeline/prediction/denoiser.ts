import type { Denoiser, ModelCall } from "../samplers/sample.ts";
import { toDenoised, toModelInput, type PredictionType } from "./prediction.ts";

export interface DenoiserOptions {
  readonly prediction: PredictionType;
  /** Runs the model on an input of unit variance. The call tells the training step and the noise level. */
  readonly predict: (input: Float32Array, call: ModelCall) => Float32Array | Promise<Float32Array>;
}

/** Makes a denoiser of a model's bare answer: scales what goes in and converts what comes out. */
export function createDenoiser({ prediction, predict }: DenoiserOptions): Denoiser {
  let input = new Float32Array(0);
  let denoised = new Float32Array(0);
  return async (call) => {
    if (input.length !== call.x.length) {
      input = new Float32Array(call.x.length);
      denoised = new Float32Array(call.x.length);
    }
    const output = await predict(toModelInput(call, input), call);
    return toDenoised(prediction, { output, question: call, out: denoised });
  };
}
