import { interpolate } from "../numeric/interpolate.ts";
import { linspace } from "../numeric/linspace.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** The published optimum for ten steps (Sabour et al., "Align Your Steps", 2024). */
const levels = {
  sd: [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029],
  sdxl: [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.38, 0.234, 0.113, 0.029],
} as const;

/** The published levels, interpolated in their logarithm to the number of steps. */
export function scheduleAlignYourSteps({ steps, family = "sd" }: ScheduleRequest): Float32Array {
  const logs = levels[family].map(Math.log);
  return withFinalZero(
    linspace(0, logs.length - 1, steps).map((index) => Math.exp(interpolate(logs, index))),
  );
}
