import { linspace } from "../numeric/linspace.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** A polynomial in the logarithm of σ, of degree ρ; with ρ = 1, the default, it is the exponential schedule. */
export function schedulePolyexponential(request: ScheduleRequest): Float32Array {
  const { steps, sigmaMin, sigmaMax, rho = 1 } = request;
  const low = Math.log(sigmaMin);
  const span = Math.log(sigmaMax) - low;
  return withFinalZero(linspace(1, 0, steps).map((ramp) => Math.exp(ramp ** rho * span + low)));
}
