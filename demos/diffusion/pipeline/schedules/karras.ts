import { linspace } from "../numeric/linspace.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Evenly spaced in σ^(1/ρ) (Karras et al., "Elucidating the design space", 2022, eq. 5); ρ is 7 by default. */
export function scheduleKarras(request: ScheduleRequest): Float32Array {
  return withFinalZero(karrasLevels(request));
}

/** The levels without the final 0, in double. */
export function karrasLevels({
  steps,
  sigmaMin,
  sigmaMax,
  rho = 7,
}: Omit<ScheduleRequest, "table">): Float64Array {
  const low = sigmaMin ** (1 / rho);
  const high = sigmaMax ** (1 / rho);
  return linspace(0, 1, steps).map((ramp) => (high + ramp * (low - high)) ** rho);
}
