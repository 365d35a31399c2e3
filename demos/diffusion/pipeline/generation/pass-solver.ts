import type { DiffusionModel } from "../model/load-model.ts";
import type { OptionValues } from "../samplers/options.ts";
import { createScheduler, findSchedulerClass } from "../samplers/scheduler.ts";
import { createSolver } from "../samplers/sampler-table.ts";
import type { Solver } from "../samplers/solver.ts";
import { planStrength } from "../samplers/strength.ts";
import type { PassRequest, PassStart } from "./sample-pass.ts";
import type { PassSettings } from "./settings.ts";

/** Schedulers that choose their steps by the strength themselves. */
const consistencyClasses = ["LCMScheduler", "TCDScheduler"];

/** What of a pass its solver is made from. */
export interface SolverPlan extends Pick<PassRequest, "model" | "settings" | "pass" | "kind"> {
  readonly start: Pick<PassStart, "strength" | "takesAllSteps"> | undefined;
}

/**
 * The solver of a pass: the sampler that was asked for, or exactly the scheduler that the model's folder names.
 *
 * @throws {StudioError} `SAMPLER_OPTION`, `STEPS_INVALID` or `SCHEDULER_CONFIG`.
 */
export function createPassSolver(plan: SolverPlan): Solver {
  const { model, settings, pass } = plan;
  const { sigmaMin, sigmaMax, rho, discardPenultimate } = settings.request;
  const usesOwnScheduler = pass.sampler === undefined && pass.schedule === "automatic";
  const name = pass.sampler?.name ?? model.schedulerClass;
  const className = pass.sampler === undefined ? model.schedulerClass : classOf(pass.sampler.aliases);
  const steps = planSteps(plan, className !== undefined && consistencyClasses.includes(className));
  const config = model.scheduler;
  const options = chooseOptions(plan);
  if (usesOwnScheduler) return createScheduler(model.schedulerClass, { config, options, ...steps });
  return createSolver(name, {
    ...steps,
    schedule: pass.schedule,
    config,
    options,
    sigmaMin,
    sigmaMax,
    rho,
    discardPenultimate,
    family: model.family === "sdxl" ? "sdxl" : "sd",
  });
}

/** Model calls of a pass from nothing, which is what prompt schedules count. */
export function countModelCalls(
  { sampler, steps }: PassSettings,
  { schedulerClass }: DiffusionModel,
): number {
  return steps * (sampler ?? findSchedulerClass(schedulerClass)).callsPerStep;
}

/** Whether a pass lays out its levels by a schedule, so that limits and curve of the schedule have a say. */
export function usesSchedule({ sampler, schedule }: PassSettings): boolean {
  return schedule !== "automatic" || (sampler !== undefined && sampler.schedule !== "automatic");
}

/** Options are meant for the first pass; another sampler of the second takes those that it has too. */
function chooseOptions({ model, settings, pass, kind }: SolverPlan): OptionValues | undefined {
  const { samplerOptions } = settings.request;
  if (samplerOptions === undefined || kind === "first") return samplerOptions;
  const { options } = pass.sampler ?? findSchedulerClass(model.schedulerClass);
  return Object.fromEntries(Object.entries(samplerOptions).filter(([name]) => Object.hasOwn(options, name)));
}

function planSteps({ pass, start }: SolverPlan, choosesByStrength: boolean) {
  const { steps } = pass;
  if (start === undefined) return { steps };
  if (choosesByStrength) return { steps, strength: start.strength };
  return planStrength(steps, start.strength, start.takesAllSteps);
}

function classOf(aliases: readonly string[]): string | undefined {
  return aliases.find((alias) => alias.endsWith("Scheduler"));
}
