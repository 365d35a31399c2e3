import { StudioError } from "../../studio-error.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { createNoiseTable, sigmaToTimestep } from "../schedules/noise-table.ts";
import { findSchedule, listLevels } from "../schedules/schedule-table.ts";
import type { LevelSampler } from "./level-path.ts";
import { createLevelSolver } from "./level-solver.ts";
import { readOptions, type OptionSpecs, type OptionValues } from "./options.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import { createScheduler, findSchedulerClass } from "./scheduler.ts";
import type { Solver } from "./solver.ts";

/** What a sampler of the table is made from. */
export interface SolverRequest {
  readonly steps: number;
  /** A schedule's name; Automatic leaves the choice to the sampler. @default "Automatic" */
  readonly schedule?: string | undefined;
  /** The model's scheduler configuration: which noise it was trained with. @default Stable Diffusion 1's */
  readonly config?: SchedulerConfig | undefined;
  readonly options?: OptionValues | undefined;
  /** Steps left out at the beginning, for a start from a picture. @default 0 */
  readonly skip?: number | undefined;
  /** Only LCM and TCD choose their steps by it. @default 1 */
  readonly strength?: number | undefined;
  /** Noise levels instead of a schedule's, ending in 0. */
  readonly sigmas?: Float32Array | undefined;
  /** @default the sampler's own habit */
  readonly discardPenultimate?: boolean | undefined;
  /** Smallest, largest level and curvature of the schedule. @default the model's, and the schedule's */
  readonly sigmaMin?: number | undefined;
  readonly sigmaMax?: number | undefined;
  readonly rho?: number | undefined;
  /** Which published table Align Your Steps takes. @default "sd" */
  readonly family?: "sd" | "sdxl" | undefined;
}

export interface SamplerEntry {
  /** The name people know. */
  readonly name: string;
  /** Other names: the webui's, k-diffusion's and diffusers'. */
  readonly aliases: readonly string[];
  /** The schedule that Automatic stands for; "automatic" where the sampler spaces training steps itself. */
  readonly schedule: string;
  /** Model calls of a full step. */
  readonly callsPerStep: 1 | 2;
  /** Whether it draws noise in its steps, so that the seed delta (ENSD) has a say. */
  readonly usesSeedDelta: boolean;
  /** Whether it solves a stochastic equation, so that its noise lies along Brownian paths over the levels. */
  readonly isStochastic: boolean;
  /** Whether schedules leave out their level before the last. */
  readonly discardsPenultimate: boolean;
  readonly options: OptionSpecs;
  readonly create: (request: SolverRequest) => Solver;
}

/** What makes a sampler different from most. */
export type SamplerTraits = Partial<
  Pick<SamplerEntry, "schedule" | "callsPerStep" | "usesSeedDelta" | "isStochastic" | "discardsPenultimate">
>;

/** An entry for a sampler over noise levels. */
export function overLevels<Specs extends OptionSpecs>(
  [name, ...aliases]: readonly [string, ...string[]],
  [sampler, options]: readonly [LevelSampler<Specs>, Specs],
  traits: SamplerTraits = {},
): SamplerEntry {
  const entry = { ...usualTraits, schedule: "uniform", name, aliases, options, ...traits };
  return {
    ...entry,
    create(request) {
      const values = readOptions(options, request.options);
      const table = createNoiseTable(request.config);
      const sigmas = request.sigmas ?? scheduleLevels(entry, request);
      const steps = sigmas.length - 1;
      assertSkip(request.skip, steps);
      return createLevelSolver({
        levels: { sigmas, steps, table, initNoiseSigma: sigmas[0]! },
        skip: request.skip,
        solve: (start, path) => sampler(start, path, values),
      });
    },
  };
}

/** An entry for a diffusers class that lays out training steps of its own unless a schedule is asked for. */
export function overClass(
  [name, ...aliases]: readonly [string, ...string[]],
  className: string,
  fixed: SchedulerConfig = {},
): SamplerEntry {
  const { options, takes } = findSchedulerClass(className);
  const entry = { ...usualTraits, schedule: "automatic", name, aliases: [...aliases, className], options };
  return {
    ...entry,
    create(request) {
      // Latents are not pictures: they reach beyond -1 to 1, and clipping them spoils them.
      const config = { ...(request.config ?? latentModel), clipSample: false, ...fixed };
      const { steps, skip, strength, options } = request;
      const levels = request.sigmas ?? scheduleOrNothing(entry, request);
      if (levels === undefined) return createScheduler(className, { config, steps, skip, strength, options });
      if (takes === "sigmas") {
        return createScheduler(className, {
          config,
          steps: levels.length - 1,
          skip,
          options,
          sigmas: levels,
        });
      }
      const timesteps = toTimesteps(levels, config);
      return createScheduler(className, { config, steps: timesteps.length, skip, options, timesteps });
    },
  };
}

const usualTraits = {
  callsPerStep: 1,
  usesSeedDelta: false,
  isStochastic: false,
  discardsPenultimate: false,
} as const;

/** Stable Diffusion 1's training noise, for requests without a model. */
const latentModel: SchedulerConfig = { betaSchedule: "scaled_linear", betaStart: 0.00085, betaEnd: 0.012 };

type Habits = Pick<SamplerEntry, "schedule" | "discardsPenultimate">;

function scheduleLevels(habits: Habits, request: SolverRequest): Float32Array {
  const levels = scheduleOrNothing(habits, request);
  if (levels !== undefined) return levels;
  throw new StudioError("SCHEDULE_UNKNOWN", {
    message: "Automatic needs a sampler with a schedule of its own.",
  });
}

/** The levels of the schedule asked for, or of the sampler's own; nothing where it spaces training steps itself. */
function scheduleOrNothing(habits: Habits, request: SolverRequest): Float32Array | undefined {
  const asked = findSchedule(request.schedule ?? "automatic");
  const { schedule, rho } = asked.schedule === undefined ? findSchedule(habits.schedule) : asked;
  if (schedule === undefined) return undefined;
  return listLevels(schedule, {
    steps: request.steps,
    table: createNoiseTable(request.config),
    sigmaMin: request.sigmaMin,
    sigmaMax: request.sigmaMax,
    rho: rho && (request.rho ?? rho),
    family: request.family,
    discardPenultimate: request.discardPenultimate ?? habits.discardsPenultimate,
  });
}

/** The nearest training step of each level, each once. */
function toTimesteps(levels: Float32Array, config: SchedulerConfig): Float64Array {
  const table = createNoiseTable(config);
  const steps = Array.from(
    levels.filter((sigma) => sigma > 0),
    (sigma) => roundHalfEven(sigmaToTimestep(table, sigma)),
  );
  return Float64Array.from(new Set(steps));
}

function assertSkip(skip: number | undefined = 0, steps: number): void {
  if (Number.isInteger(skip) && skip >= 0 && skip < steps) return;
  throw new StudioError("STEPS_INVALID", {
    message: `Expected to leave out 0 to ${steps - 1} steps, got ${skip}.`,
    hint: "Leave at least one step.",
  });
}
