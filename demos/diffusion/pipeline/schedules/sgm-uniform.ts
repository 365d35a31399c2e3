import { linspace } from "../numeric/linspace.ts";
import { sigmaToTimestep, timestepToSigma } from "./noise-table.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Like Normal with one step more whose last level is left out: no step is spent on the smallest noise. */
export function scheduleSgmUniform({ steps, table, sigmaMin, sigmaMax }: ScheduleRequest): Float32Array {
  const timesteps = linspace(sigmaToTimestep(table, sigmaMax), sigmaToTimestep(table, sigmaMin), steps + 1);
  return withFinalZero(timesteps.subarray(0, steps).map((timestep) => timestepToSigma(table, timestep)));
}
