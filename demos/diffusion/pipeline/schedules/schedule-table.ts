import { StudioError } from "../../studio-error.ts";
import { scheduleAlignYourSteps } from "./align-your-steps.ts";
import { scheduleBeta } from "./beta.ts";
import { scheduleDdim } from "./ddim.ts";
import { scheduleExponential } from "./exponential.ts";
import { scheduleKarras } from "./karras.ts";
import { scheduleKlOptimal } from "./kl-optimal.ts";
import type { NoiseTable } from "./noise-table.ts";
import { scheduleNormal } from "./normal.ts";
import { schedulePolyexponential } from "./polyexponential.ts";
import type { Schedule, ScheduleRequest } from "./schedule.ts";
import { scheduleSgmUniform } from "./sgm-uniform.ts";
import { scheduleSimple } from "./simple.ts";
import { scheduleUniform } from "./uniform.ts";

export interface ScheduleEntry {
  /** The name interfaces use. */
  readonly name: string;
  /** The name people read. */
  readonly label: string;
  readonly aliases: readonly string[];
  /** Curvature when none is asked for; absent where the schedule has none. */
  readonly rho?: number;
  /** Absent for Automatic, which leaves the choice to the sampler. */
  readonly schedule?: Schedule;
}

/** Every schedule, in the order the webui lists them. */
export const schedules: readonly ScheduleEntry[] = [
  { name: "automatic", label: "Automatic", aliases: [] },
  { name: "uniform", label: "Uniform", aliases: [], schedule: scheduleUniform },
  { name: "karras", label: "Karras", aliases: [], rho: 7, schedule: scheduleKarras },
  { name: "exponential", label: "Exponential", aliases: [], schedule: scheduleExponential },
  {
    name: "polyexponential",
    label: "Polyexponential",
    aliases: [],
    rho: 1,
    schedule: schedulePolyexponential,
  },
  { name: "sgm_uniform", label: "SGM Uniform", aliases: ["SGMUniform"], schedule: scheduleSgmUniform },
  { name: "kl_optimal", label: "KL Optimal", aliases: [], schedule: scheduleKlOptimal },
  { name: "align_your_steps", label: "Align Your Steps", aliases: ["AYS"], schedule: scheduleAlignYourSteps },
  { name: "simple", label: "Simple", aliases: [], schedule: scheduleSimple },
  { name: "normal", label: "Normal", aliases: [], schedule: scheduleNormal },
  { name: "ddim", label: "DDIM", aliases: [], schedule: scheduleDdim },
  { name: "beta", label: "Beta", aliases: [], schedule: scheduleBeta },
];

/**
 * Finds a schedule by name, label or alias, whatever the case.
 *
 * @throws {StudioError} `SCHEDULE_UNKNOWN`, with all names.
 */
export function findSchedule(name: string): ScheduleEntry {
  const entry = lookUpSchedule(name);
  if (entry !== undefined) return entry;
  throw new StudioError("SCHEDULE_UNKNOWN", {
    message: `Expected one of the schedules ${schedules.map(({ label }) => label).join(", ")}, got "${name}".`,
  });
}

/** The same without a complaint. */
export function lookUpSchedule(name: string): ScheduleEntry | undefined {
  const wanted = name.trim().toLowerCase();
  return schedules.find(({ name, label, aliases }) =>
    [name, label, ...aliases].some((known) => known.toLowerCase() === wanted),
  );
}

export interface LevelsRequest extends Omit<ScheduleRequest, "sigmaMin" | "sigmaMax"> {
  /** @default the smallest level of the model */
  readonly sigmaMin?: number | undefined;
  /** @default the largest level of the model */
  readonly sigmaMax?: number | undefined;
  /** Leaves out the level before the last: one more is computed first. @default false */
  readonly discardPenultimate?: boolean | undefined;
}

/**
 * The noise levels of a schedule.
 *
 * @throws {StudioError} `STEPS_INVALID`, or `SAMPLER_OPTION` for levels that are not positive and rising.
 */
export function listLevels(schedule: Schedule, request: LevelsRequest): Float32Array {
  assertSteps(request.steps);
  const { rho } = request;
  if (rho !== undefined && !(rho > 0 && rho < Infinity)) {
    throw new StudioError("SAMPLER_OPTION", { message: `Expected a curvature (rho) above 0, got ${rho}.` });
  }
  const { sigmaMin, sigmaMax } = levelRange(request.table, request);
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < Infinity)) {
    throw new StudioError("SAMPLER_OPTION", {
      message: `Expected a smallest noise level above 0 and below the largest, got ${sigmaMin} and ${sigmaMax}.`,
    });
  }
  const steps = request.discardPenultimate === true ? request.steps + 1 : request.steps;
  const levels = schedule({ ...request, steps, sigmaMin, sigmaMax });
  // Only a curvature of its own can bend a schedule so far that steps have no length.
  if (rho !== undefined && !levels.every((level, i) => i === 0 || level < levels[i - 1]!)) {
    throw new StudioError("SAMPLER_OPTION", {
      message: `Expected a curvature (rho) under which ${steps} noise levels fall from ${sigmaMax} to ${sigmaMin}, got ${rho}.`,
    });
  }
  return request.discardPenultimate === true ? levels.filter((_, i) => i !== levels.length - 2) : levels;
}

/** Far more than anybody waits for; what is laid out for them fits in memory. */
export const mostSteps = 10_000;

/** @throws {StudioError} `STEPS_INVALID`. */
export function assertSteps(steps: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= mostSteps) return;
  throw new StudioError("STEPS_INVALID", {
    message: `Expected a whole number of steps from 1 to ${mostSteps}, got ${steps}.`,
  });
}

function levelRange(table: NoiseTable, request: LevelsRequest): { sigmaMin: number; sigmaMax: number } {
  return {
    sigmaMin: request.sigmaMin ?? table.sigmas[0]!,
    sigmaMax: request.sigmaMax ?? table.sigmas.at(-1)!,
  };
}
