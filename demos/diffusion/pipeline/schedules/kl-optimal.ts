import { linspace } from "../numeric/linspace.ts";
import type { ScheduleRequest } from "./schedule.ts";

/** Evenly spaced in arctan σ ("Align Your Steps", Sabour et al., 2024, section 3.1). It ends at σmin, not at 0. */
export function scheduleKlOptimal({ steps, sigmaMin, sigmaMax }: ScheduleRequest): Float32Array {
  const low = Math.atan(sigmaMin);
  const high = Math.atan(sigmaMax);
  return Float32Array.from(linspace(0, 1, steps + 1), (ramp) => Math.tan(ramp * low + (1 - ramp) * high));
}
