import { linspace } from "../numeric/linspace.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Evenly spaced in the logarithm of σ. */
export function scheduleExponential(request: ScheduleRequest): Float32Array {
  return withFinalZero(exponentialLevels(request));
}

/** The levels without the final 0, in double. */
export function exponentialLevels({
  steps,
  sigmaMin,
  sigmaMax,
}: Omit<ScheduleRequest, "table">): Float64Array {
  return linspace(Math.log(sigmaMax), Math.log(sigmaMin), steps).map(Math.exp);
}
