import { assertTrained } from "./trained-steps.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/**
 * Every n-th entry of the model's table, counted from its end.
 *
 * @throws {StudioError} `STEPS_INVALID` for more steps than entries.
 */
export function scheduleSimple({ steps, table }: ScheduleRequest): Float32Array {
  assertTrained(steps, table.sigmas.length);
  const stride = table.sigmas.length / steps;
  const levels = Float32Array.from({ length: steps }, (_, i) =>
    table.sigmas.at(-(1 + Math.floor(i * stride)))!,
  );
  return withFinalZero(levels);
}
