import { createScheduler } from "../samplers/scheduler.ts";
import { createSolver } from "../samplers/sampler-table.ts";
import type { Solver } from "../samplers/solver.ts";
import { planStrength } from "../samplers/strength.ts";
import type { PassRequest } from "./sample-pass.ts";
import type { PassSettings } from "./settings.ts";

/** Schedulers that choose their steps by the strength themselves. */
const consistencyClasses = ["LCMScheduler", "TCDScheduler"];

/**
 * The solver of a pass: the sampler that was asked for, or exactly the scheduler that the model's folder names.
 *
 * @throws {StudioError} `SAMPLER_OPTION`, `STEPS_INVALID` or `SCHEDULER_CONFIG`.
 */
export function createPassSolver(request: PassRequest): Solver {
  const { model, settings, pass } = request;
  const { samplerOptions: options, sigmaMin, sigmaMax, rho, discardPenultimate } = settings.request;
  const usesOwnScheduler = pass.sampler === undefined && pass.schedule === "automatic";
  const name = pass.sampler?.name ?? model.schedulerClass;
  const className = pass.sampler === undefined ? model.schedulerClass : classOf(pass.sampler.aliases);
  const plan = planSteps(request, className !== undefined && consistencyClasses.includes(className));
  const config = model.scheduler;
  if (usesOwnScheduler) return createScheduler(model.schedulerClass, { config, options, ...plan });
  return createSolver(name, {
    ...plan,
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
export function countModelCalls({ sampler, steps }: PassSettings): number {
  return steps * (sampler?.callsPerStep ?? 1);
}

function planSteps({ pass, start }: PassRequest, choosesByStrength: boolean) {
  const { steps } = pass;
  if (start === undefined) return { steps };
  if (choosesByStrength) return { steps, strength: start.strength };
  return planStrength(steps, start.strength, start.takesAllSteps);
}

function classOf(aliases: readonly string[]): string | undefined {
  return aliases.find((alias) => alias.endsWith("Scheduler"));
}
