import type { NoiseTable } from "./noise-table.ts";

/** What a schedule is given to choose its noise levels from. */
export interface ScheduleRequest {
  /** How many levels, without the final 0. At least 1. */
  readonly steps: number;
  /** Noise levels of the model. */
  readonly table: NoiseTable;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** Curvature, where a schedule has one. @default the schedule's own */
  readonly rho?: number | undefined;
  /** Parameters of the beta distribution. @default 0.6 and 0.6 */
  readonly alpha?: number | undefined;
  readonly beta?: number | undefined;
  /** Which published table Align Your Steps takes. @default "sd" */
  readonly family?: "sd" | "sdxl" | undefined;
}

/** Noise levels from the first step's down to the end, in float32. */
export type Schedule = (request: ScheduleRequest) => Float32Array;

/** Most schedules end in 0: a picture without noise. */
export function withFinalZero(sigmas: ArrayLike<number>): Float32Array {
  const out = new Float32Array(sigmas.length + 1);
  out.set(sigmas);
  return out;
}
