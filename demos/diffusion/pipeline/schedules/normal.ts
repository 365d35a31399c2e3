import { linspace } from "../numeric/linspace.ts";
import { sigmaToTimestep, timestepToSigma } from "./noise-table.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Evenly spaced training steps between those of the largest and the smallest level asked for. */
export function scheduleNormal({ steps, table, sigmaMin, sigmaMax }: ScheduleRequest): Float32Array {
  const timesteps = linspace(sigmaToTimestep(table, sigmaMax), sigmaToTimestep(table, sigmaMin), steps);
  return withFinalZero(timesteps.map((timestep) => timestepToSigma(table, timestep)));
}
