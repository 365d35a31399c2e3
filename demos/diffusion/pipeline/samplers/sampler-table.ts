import { StudioError } from "../../studio-error.ts";
import { assertSteps, lookUpSchedule } from "../schedules/schedule-table.ts";
import { dpm2AncestralOptions, solveDpm2Ancestral } from "./dpm2-ancestral.ts";
import { dpm2Options, solveDpm2 } from "./dpm2.ts";
import { dpmpp2mSdeOptions, heunVariantOptions, solveDpmpp2mSde } from "./dpmpp-2m-sde.ts";
import { dpmpp2mOptions, solveDpmpp2m } from "./dpmpp-2m.ts";
import { dpmpp2sAncestralOptions, solveDpmpp2sAncestral } from "./dpmpp-2s-ancestral.ts";
import { dpmpp3mSdeOptions, solveDpmpp3mSde } from "./dpmpp-3m-sde.ts";
import { dpmppSdeOptions, solveDpmppSde } from "./dpmpp-sde.ts";
import { eulerAncestralOptions, solveEulerAncestral } from "./euler-ancestral.ts";
import { eulerOptions, solveEuler } from "./euler.ts";
import { heunOptions, solveHeun } from "./heun.ts";
import { lmsOptions, solveLms } from "./lms.ts";
import { overClass, overLevels, type SamplerEntry, type SolverRequest } from "./sampler-entry.ts";
import type { Solver } from "./solver.ts";

const second = { schedule: "karras", callsPerStep: 2 } as const;

/** Every sampler, in the order interfaces list them. */
export const samplers: readonly SamplerEntry[] = [
  overLevels(["DPM++ 2M", "dpmpp_2m", "DPMSolverMultistepScheduler"], [solveDpmpp2m, dpmpp2mOptions], {
    schedule: "karras",
  }),
  overLevels(["DPM++ SDE", "dpmpp_sde"], [solveDpmppSde, dpmppSdeOptions], { ...second, isStochastic: true }),
  overLevels(["DPM++ 2M SDE", "dpmpp_2m_sde"], [solveDpmpp2mSde, dpmpp2mSdeOptions], {
    schedule: "exponential",
    isStochastic: true,
  }),
  overLevels(["DPM++ 2M SDE Heun", "dpmpp_2m_sde_heun"], [solveDpmpp2mSde, heunVariantOptions], {
    schedule: "exponential",
    isStochastic: true,
  }),
  overLevels(
    ["DPM++ 2S a", "dpmpp_2s_ancestral", "dpmpp_2s_a"],
    [solveDpmpp2sAncestral, dpmpp2sAncestralOptions],
    {
      ...second,
      usesSeedDelta: true,
    },
  ),
  overLevels(["DPM++ 3M SDE", "dpmpp_3m_sde"], [solveDpmpp3mSde, dpmpp3mSdeOptions], {
    schedule: "exponential",
    isStochastic: true,
    discardsPenultimate: true,
  }),
  overLevels(
    ["Euler a", "euler_ancestral", "euler_a", "EulerAncestralDiscreteScheduler"],
    [solveEulerAncestral, eulerAncestralOptions],
    {
      usesSeedDelta: true,
    },
  ),
  overLevels(["Euler", "euler", "EulerDiscreteScheduler"], [solveEuler, eulerOptions], {}),
  overLevels(["LMS", "lms", "LMSDiscreteScheduler"], [solveLms, lmsOptions], {}),
  overLevels(["Heun", "heun", "HeunDiscreteScheduler"], [solveHeun, heunOptions], { callsPerStep: 2 }),
  overLevels(["DPM2", "dpm_2", "KDPM2DiscreteScheduler"], [solveDpm2, dpm2Options], {
    ...second,
    discardsPenultimate: true,
  }),
  overLevels(
    ["DPM2 a", "dpm_2_ancestral", "dpm_2_a", "KDPM2AncestralDiscreteScheduler"],
    [solveDpm2Ancestral, dpm2AncestralOptions],
    {
      ...second,
      discardsPenultimate: true,
      usesSeedDelta: true,
    },
  ),
  overClass(["DDIM", "ddim"], "DDIMScheduler"),
  overClass(["DDPM", "ddpm"], "DDPMScheduler"),
  overClass(["PNDM", "pndm", "PLMS", "plms"], "PNDMScheduler", { skipPrkSteps: true }),
  overClass(["UniPC", "unipc", "uni_pc"], "UniPCMultistepScheduler"),
  overClass(["DEIS", "deis"], "DEISMultistepScheduler"),
  overClass(["LCM", "lcm"], "LCMScheduler"),
  overClass(["TCD", "tcd"], "TCDScheduler"),
];

/**
 * Makes a solver by a sampler's name.
 *
 * @throws {StudioError} `SAMPLER_UNKNOWN` or `SCHEDULE_UNKNOWN` with all names, `STEPS_INVALID`, `SAMPLER_OPTION`,
 * `SCHEDULER_CONFIG`.
 */
export function createSolver(name: string, request: SolverRequest): Solver {
  assertSteps(request.steps);
  return findSampler(name).create(request);
}

/**
 * Finds a sampler by any of its names, whatever the case.
 *
 * @throws {StudioError} `SAMPLER_UNKNOWN`, with the names of all.
 */
export function findSampler(name: string): SamplerEntry {
  const entry = lookUpSampler(name);
  if (entry !== undefined) return entry;
  throw new StudioError("SAMPLER_UNKNOWN", {
    message: `Expected one of the samplers ${samplers.map(({ name }) => name).join(", ")}, got "${name}".`,
  });
}

/** A name with a schedule behind it, as older pictures carry it: "DPM++ 2M Karras". */
export interface NamedSampler {
  readonly sampler: SamplerEntry;
  /** The schedule that the name asked for; "automatic" when it asked for none or for the sampler's own. */
  readonly schedule: string;
}

/** @throws {StudioError} `SAMPLER_UNKNOWN`. */
export function parseSamplerName(name: string): NamedSampler {
  const words = name.trim().split(/\s+/);
  for (let tail = 1; tail < words.length; tail++) {
    const sampler = lookUpSampler(words.slice(0, tail).join(" "));
    const schedule = lookUpSchedule(words.slice(tail).join(" "));
    if (sampler === undefined || schedule === undefined) continue;
    return { sampler, schedule: schedule.name === sampler.schedule ? "automatic" : schedule.name };
  }
  return { sampler: findSampler(name), schedule: "automatic" };
}

function lookUpSampler(name: string): SamplerEntry | undefined {
  const wanted = name.trim().toLowerCase();
  // The webui puts k_ before k-diffusion's names.
  return samplers.find(({ name, aliases }) =>
    [name, ...aliases].some((known) =>
      [known, `k_${known}`].some((spelling) => spelling.toLowerCase() === wanted),
    ),
  );
}
