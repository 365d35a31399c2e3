import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** The noise levels of DDIM's training steps 1, 1 + s, 1 + 2s, … It may give more levels than were asked for. */
export function scheduleDdim({ steps, table }: ScheduleRequest): Float32Array {
  const stride = Math.max(Math.floor(table.sigmas.length / steps), 1);
  const levels: number[] = [];
  for (let i = 1; i < table.sigmas.length; i += stride) levels.push(table.sigmas[i]!);
  return withFinalZero(levels.reverse());
}
