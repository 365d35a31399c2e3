import { linspace } from "../numeric/linspace.ts";
import { timestepToSigma } from "./noise-table.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Evenly spaced training steps, from the last to the first of the model's table. */
export function scheduleUniform({ steps, table }: ScheduleRequest): Float32Array {
  const timesteps = linspace(table.sigmas.length - 1, 0, steps);
  return withFinalZero(timesteps.map((timestep) => timestepToSigma(table, timestep)));
}
