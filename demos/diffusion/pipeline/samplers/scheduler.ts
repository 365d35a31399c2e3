import { StudioError } from "../../studio-error.ts";
import { roundHalfEven } from "../numeric/round-half-even.ts";
import { createNoiseTable, sigmaToTimestep } from "../schedules/noise-table.ts";
import { assertSteps } from "../schedules/schedule-table.ts";
import { assertTrained } from "../schedules/trained-steps.ts";
import { splitAncestral } from "./ancestral-split.ts";
import { clipEstimates } from "./clip-estimates.ts";
import { createDdim, ddimOptions } from "./ddim.ts";
import { createDdpm } from "./ddpm.ts";
import { createDeis } from "./deis.ts";
import { dpm2AncestralOptions, solveDpm2Ancestral } from "./dpm2-ancestral.ts";
import { dpm2Options, solveDpm2 } from "./dpm2.ts";
import { readLimits } from "./dpm-solver-settings.ts";
import { createDpmSolverMultistep } from "./dpm-solver-multistep.ts";
import { createDpmSolverSinglestep } from "./dpm-solver-singlestep.ts";
import { eulerAncestralOptions, solveEulerAncestral } from "./euler-ancestral.ts";
import { eulerOptions, solveEuler } from "./euler.ts";
import { heunOptions, solveHeun } from "./heun.ts";
import { createLcm } from "./lcm.ts";
import type { LevelSampler } from "./level-path.ts";
import { createLevelSolver, type Levels } from "./level-solver.ts";
import { lmsOptions, solveLms } from "./lms.ts";
import { listMarginalLevels, type MarginalLevels, type MarginalTraits } from "./marginal-solver.ts";
import { readOptions, type OptionSpecs, type OptionValues } from "./options.ts";
import { createPndm } from "./pndm.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import { listEulerLevels, listHeunLevels, listKdpm2Levels } from "./scheduler-levels.ts";
import type { Solver } from "./solver.ts";
import { createTcd, tcdOptions } from "./tcd.ts";
import { createUniPc } from "./unipc.ts";

/** What a scheduler class is made from. */
export interface SchedulerRequest {
  readonly config: SchedulerConfig;
  readonly steps: number;
  /** Steps left out at the beginning, for a start from a picture. @default 0 */
  readonly skip?: number | undefined;
  /** Share of the noise that a start from a picture gets; only LCM and TCD choose their steps by it. @default 1 */
  readonly strength?: number | undefined;
  readonly options?: OptionValues | undefined;
  /** Noise levels instead of the configuration's, ending in 0. */
  readonly sigmas?: Float32Array | undefined;
  /** Whole training steps instead of the configuration's; only for solvers over training steps. */
  readonly timesteps?: Float64Array | undefined;
}

interface SchedulerClass {
  /** What the class takes for settings that the configuration does not name. */
  readonly defaults: SchedulerConfig;
  readonly options: OptionSpecs;
  /** Model calls of a full step. */
  readonly callsPerStep: 1 | 2;
  /** What it can be given instead of the configuration's own levels. */
  readonly takes: "sigmas" | "timesteps";
  readonly create: (request: SchedulerRequest) => Solver;
}

const linearBetas: SchedulerConfig = { betaSchedule: "linear", betaStart: 0.0001, betaEnd: 0.02 };
const stableBetas: SchedulerConfig = { betaSchedule: "linear", betaStart: 0.00085, betaEnd: 0.012 };
const latentBetas: SchedulerConfig = { betaSchedule: "scaled_linear", betaStart: 0.00085, betaEnd: 0.012 };

/** diffusers' scheduler classes by name. */
export const schedulerClasses: Readonly<Record<string, SchedulerClass>> = {
  DDIMScheduler: timestepClass(createDdim, { ...linearBetas, clipSample: true }, ddimOptions),
  DDPMScheduler: timestepClass(createDdpm, { ...linearBetas, clipSample: true }),
  PNDMScheduler: timestepClass(createPndm, linearBetas),
  LCMScheduler: timestepClass(createLcm, latentBetas),
  TCDScheduler: timestepClass(createTcd, latentBetas, tcdOptions),
  EulerDiscreteScheduler: levelClass(solveEuler, eulerOptions, {
    defaults: linearBetas,
    list: listEulerLevels,
  }),
  EulerAncestralDiscreteScheduler: levelClass(solveEulerAncestral, eulerAncestralOptions, {
    defaults: linearBetas,
    list: listAncestralLevels,
  }),
  LMSDiscreteScheduler: levelClass(solveLms, lmsOptions, { defaults: linearBetas, list: listEulerLevels }),
  HeunDiscreteScheduler: levelClass(solveHeun, heunOptions, {
    defaults: stableBetas,
    list: listHeunLevels,
    clips: true,
    callsPerStep: 2,
  }),
  KDPM2DiscreteScheduler: levelClass(solveDpm2, dpm2Options, {
    defaults: stableBetas,
    list: (config, steps) => listKdpm2Levels(config, steps, (_, next) => next),
    callsPerStep: 2,
  }),
  KDPM2AncestralDiscreteScheduler: levelClass(solveDpm2Ancestral, dpm2AncestralOptions, {
    defaults: stableBetas,
    list: (config, steps) =>
      listKdpm2Levels(config, steps, (sigma, next) => splitAncestral(sigma, next, 1).down),
    callsPerStep: 2,
  }),
  DPMSolverMultistepScheduler: marginalClass(createDpmSolverMultistep, {
    defaults: linearBetas,
    traits: { sigmaMin: "table", cutsCosine: true },
  }),
  // The singlestep class spaces in one way only.
  DPMSolverSinglestepScheduler: marginalClass(createDpmSolverSinglestep, {
    defaults: { ...linearBetas, lowerOrderFinal: false },
    fixed: { timestepSpacing: "linspace", useLuLambdas: false },
    traits: { sigmaMin: "table", cutsCosine: false },
  }),
  UniPCMultistepScheduler: marginalClass(createUniPc, {
    defaults: linearBetas,
    traits: { sigmaMin: "spread", cutsCosine: false },
  }),
  // DEIS always ends at the smallest level.
  DEISMultistepScheduler: marginalClass(createDeis, {
    defaults: linearBetas,
    fixed: { finalSigmasType: "sigma_min" },
    traits: { sigmaMin: "spread", cutsCosine: false },
  }),
};

/**
 * Makes the solver of a diffusers scheduler class.
 *
 * @param className As scheduler_config.json names it under `_class_name`.
 * @throws {StudioError} `SAMPLER_UNKNOWN` with all names, `STEPS_INVALID`, `SCHEDULER_CONFIG` or `SAMPLER_OPTION`.
 */
export function createScheduler(className: string, request: SchedulerRequest): Solver {
  const known = findSchedulerClass(className);
  const { steps, skip = 0 } = request;
  assertSteps(steps);
  if (!Number.isInteger(skip) || skip < 0 || skip >= steps) {
    throw new StudioError("STEPS_INVALID", {
      message: `Expected to leave out 0 to ${steps - 1} steps, got ${skip}.`,
      hint: "Leave at least one step.",
    });
  }
  return known.create({ ...request, config: withDefaults(known.defaults, request.config) });
}

/** @throws {StudioError} `SAMPLER_UNKNOWN`. */
export function findSchedulerClass(className: string): SchedulerClass {
  const known = Object.hasOwn(schedulerClasses, className) ? schedulerClasses[className] : undefined;
  if (known !== undefined) return known;
  throw new StudioError("SAMPLER_UNKNOWN", {
    message: `Expected one of the schedulers ${Object.keys(schedulerClasses).join(", ")}, got "${className}".`,
  });
}

/** Settings that the configuration leaves open, or sets to null, take the class's default. */
export function withDefaults(defaults: SchedulerConfig, config: SchedulerConfig): SchedulerConfig {
  const named = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return { ...defaults, ...named };
}

function timestepClass(
  create: (request: SchedulerRequest) => Solver,
  defaults: SchedulerConfig,
  options: OptionSpecs = {},
): SchedulerClass {
  return {
    defaults,
    options,
    callsPerStep: 1,
    takes: "timesteps",
    create(request) {
      readOptions(options, request.options);
      return create(request);
    },
  };
}

interface LevelClass {
  readonly defaults: SchedulerConfig;
  readonly list: (config: SchedulerConfig, steps: number) => Levels;
  /** Whether the class knows `clip_sample`. @default false */
  readonly clips?: boolean;
  /** @default 1 */
  readonly callsPerStep?: 1 | 2;
}

function levelClass<Specs extends OptionSpecs>(
  sampler: LevelSampler<Specs>,
  specs: Specs,
  { defaults, list, clips = false, callsPerStep = 1 }: LevelClass,
): SchedulerClass {
  return {
    defaults,
    options: specs,
    callsPerStep,
    takes: "sigmas",
    create({ config, steps, skip, options: given, sigmas }) {
      assertStride(config, steps);
      const options = readOptions(specs, given);
      const levels = sigmas === undefined ? list(config, steps) : givenLevels(sigmas, config);
      if (!clips || config.clipSample !== true) {
        return createLevelSolver({ levels, skip, solve: (start, path) => sampler(start, path, options) });
      }
      const limits = readLimits({ ...config, thresholding: false });
      return createLevelSolver({
        levels,
        skip,
        solve: (start, path) => clipEstimates(sampler(start, path, options), limits, path.batch),
      });
    },
  };
}

interface MarginalClass {
  readonly defaults: SchedulerConfig;
  /** Settings that the class does not know, or leaves no choice in. */
  readonly fixed?: SchedulerConfig;
  readonly traits: MarginalTraits;
}

function marginalClass(
  create: (request: SchedulerRequest, levels: MarginalLevels) => Solver,
  { defaults, fixed = {}, traits }: MarginalClass,
): SchedulerClass {
  return {
    defaults,
    options: {},
    callsPerStep: 1,
    takes: "sigmas",
    create(request) {
      readOptions({}, request.options);
      const config = { ...request.config, ...fixed };
      assertStride(config, request.steps + 1);
      const levels =
        request.sigmas === undefined
          ? listMarginalLevels(config, request.steps, traits)
          : givenMarginals(request.sigmas, config);
      assertApart(levels, request.steps);
      return create({ ...request, config }, levels);
    },
  };
}

function listAncestralLevels(config: SchedulerConfig, steps: number): Levels {
  // The class knows neither other spreads nor another end.
  const plain: SchedulerConfig = {
    ...config,
    useKarrasSigmas: false,
    useExponentialSigmas: false,
    useBetaSigmas: false,
    interpolationType: "linear",
    timestepType: "discrete",
    finalSigmasType: "zero",
    sigmaMin: undefined,
    sigmaMax: undefined,
  };
  return { ...listEulerLevels(plain, steps), drawsAtZero: true };
}

function givenLevels(sigmas: Float32Array, config: SchedulerConfig): Levels {
  return { sigmas, steps: sigmas.length - 1, table: createNoiseTable(config), initNoiseSigma: sigmas[0]! };
}

function givenMarginals(sigmas: Float32Array, config: SchedulerConfig): MarginalLevels {
  const table = createNoiseTable(config);
  const timesteps = Float64Array.from(sigmas.subarray(0, -1), (sigma) =>
    roundHalfEven(sigmaToTimestep(table, sigma)),
  );
  return { sigmas, timesteps };
}

/** Under `leading` more steps than training steps would all fall on one. */
function assertStride(config: SchedulerConfig, steps: number): void {
  const trainSteps = config.trainedBetas?.length ?? config.numTrainTimesteps ?? 1000;
  if (config.timestepSpacing === "leading") assertTrained(steps, trainSteps);
}

/** Multistep solvers divide by the length of a step, so no two may begin at one level. */
function assertApart({ sigmas }: MarginalLevels, steps: number): void {
  const repeats = sigmas.some((sigma, i) => i > 0 && i < sigmas.length - 1 && sigma === sigmas[i - 1]);
  if (!repeats) return;
  throw new StudioError("STEPS_INVALID", {
    message: `Expected fewer steps than the model was trained with, got ${steps}: some would fall on the same training step.`,
    hint: "Choose fewer steps.",
  });
}
