import { linspace } from "../numeric/linspace.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";

export type TimestepSpacing = "linspace" | "leading" | "trailing";

export interface SpacingRequest {
  readonly spacing: TimestepSpacing;
  readonly steps: number;
  readonly trainSteps: number;
  /** Added under `leading`. */
  readonly stepsOffset: number;
}

/**
 * Training steps from the last to the first, `steps` of them (Lin et al., "Common diffusion noise schedules", 2023,
 * table 2). Under `linspace` they are fractional.
 */
export function spaceTimesteps(request: SpacingRequest): Float64Array {
  const { spacing, steps, trainSteps, stepsOffset } = request;
  switch (spacing) {
    case "linspace":
      return linspace(0, trainSteps - 1, steps).reverse();
    case "leading": {
      const stride = Math.floor(trainSteps / steps);
      return Float64Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + stepsOffset);
    }
    case "trailing":
      return trailing(trainSteps, trainSteps / steps);
  }
}

export interface OpenSpacingRequest extends SpacingRequest {
  /** Below `trainSteps` where the noisiest levels are cut off. @default trainSteps */
  readonly lastTimestep?: number;
}

/** The same with one more, whole, and the last left out: multistep solvers end before the first training step. */
export function spaceTimestepsOpen(request: OpenSpacingRequest): Float64Array {
  const { spacing, steps, trainSteps, stepsOffset, lastTimestep = trainSteps } = request;
  switch (spacing) {
    case "linspace":
      return linspace(0, lastTimestep - 1, steps + 1)
        .map(roundHalfEven)
        .reverse()
        .subarray(0, steps);
    case "leading": {
      const stride = Math.floor(lastTimestep / (steps + 1));
      return Float64Array.from({ length: steps }, (_, i) => (steps - i) * stride + stepsOffset);
    }
    case "trailing":
      return trailing(lastTimestep, trainSteps / steps);
  }
}

/** Counting down from the end; where the stride is no exact fraction NumPy's `arange` may give one step more. */
function trailing(end: number, stride: number): Float64Array {
  const first = end - stride;
  return Float64Array.from(
    { length: Math.ceil(end / stride) },
    (_, i) => roundHalfEven(end + i * (first - end)) - 1,
  );
}
