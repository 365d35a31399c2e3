import { StudioError } from "../../studio-error.ts";
import { createNoiseTable } from "../schedules/noise-table.ts";
import { assertTrained } from "../schedules/trained-steps.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { TimestepGrid } from "./timestep-solver.ts";

/**
 * The training steps of LCM and TCD: evenly chosen among the few that the model was distilled on. A strength below 1
 * shortens that list from its noisy end and leaves the number of steps.
 *
 * @throws {StudioError} `STEPS_INVALID` for more steps than the shortened list has.
 */
export function listConsistencyGrid({
  config,
  steps,
  strength = 1,
  timesteps,
}: SchedulerRequest): TimestepGrid {
  const table = createNoiseTable(config, "zero");
  const trainSteps = table.alphasCumprod.length;
  const distilled = config.originalInferenceSteps ?? 50;
  assertTrained(steps, trainSteps);
  assertTrained(distilled, trainSteps);
  if (timesteps !== undefined) return { table, timesteps, stride: undefined };
  const available = Math.floor(distilled * strength);
  if (steps > available) {
    throw new StudioError("STEPS_INVALID", {
      message: `Expected at most ${available} steps (${distilled} distilled steps times strength ${strength}), got ${steps}.`,
      hint: available > 0 ? `Choose fewer steps, from 1 to ${available}.` : "Choose a larger strength.",
    });
  }
  const stride = Math.floor(trainSteps / distilled);
  const chosen = Float64Array.from({ length: steps }, (_, i) => {
    const fromEnd = Math.floor(i * (available / steps));
    return (available - fromEnd) * stride - 1;
  });
  return { table, timesteps: chosen, stride: undefined };
}
