import { StudioError } from "../../studio-error.ts";
import type { Question } from "../samplers/solver.ts";

export const predictionTypes = ["epsilon", "v_prediction", "sample"] as const;

const f = Math.fround;

/** What a model was trained to answer: the noise, the velocity, or the picture itself. */
export type PredictionType = (typeof predictionTypes)[number];

/**
 * Turns a model's answer into the denoised estimate, in place of `out` (which may be the answer).
 *
 * With x = α·picture + σ·noise and n² = α² + σ²:
 * noise ε gives (x - σ·ε) / α; velocity v gives (α·x - σ·n·v) / n² (Salimans and Ho, "Progressive distillation",
 * 2022, section 4, on the normalised sample x / n); a picture is taken as it is.
 *
 * Rounded to float32 after every operation, as the references do: from a level of thousands the sample comes down by
 * cancellation, which brings the last digits to the front.
 */
export function toDenoised(type: PredictionType, { output, question, out }: ToDenoised): Float32Array {
  const { x } = question;
  const [alpha, sigma] = [f(question.alpha), f(question.sigma)];
  switch (type) {
    case "epsilon":
      for (let i = 0; i < out.length; i++) out[i] = f(x[i]! - f(sigma * output[i]!)) / alpha;
      return out;
    case "v_prediction": {
      const square = f(question.alpha ** 2 + question.sigma ** 2);
      const ofOutput = f(sigma / f(Math.sqrt(square)));
      for (let i = 0; i < out.length; i++) out[i] = f(f(alpha * x[i]!) / square) - f(ofOutput * output[i]!);
      return out;
    }
    case "sample":
      out.set(output);
      return out;
  }
}

export interface ToDenoised {
  readonly output: Float32Array;
  readonly question: Pick<Question, "x" | "alpha" | "sigma">;
  readonly out: Float32Array;
}

/** The sample as the model takes it: of unit variance, x / √(α² + σ²). */
export function toModelInput(
  question: Pick<Question, "x" | "alpha" | "sigma">,
  out: Float32Array,
): Float32Array {
  const { x, alpha, sigma } = question;
  const norm = f(Math.hypot(alpha, sigma));
  for (let i = 0; i < out.length; i++) out[i] = x[i]! / norm;
  return out;
}

/** @throws {StudioError} `SCHEDULER_CONFIG` for anything else. */
export function parsePredictionType(value: string): PredictionType {
  const type = predictionTypes.find((known) => known === value);
  if (type !== undefined) return type;
  throw new StudioError("SCHEDULER_CONFIG", {
    message: `Expected a prediction type of ${predictionTypes.join(", ")}, got "${value}".`,
  });
}
