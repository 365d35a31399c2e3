import { describe, expect, test } from "vitest";
import { TorchCpuGenerator } from "../random/torch-cpu.ts";
import { createNoiseTable } from "../schedules/noise-table.ts";
import { listLevels, findSchedule } from "../schedules/schedule-table.ts";
import type { OptionValues } from "./options.ts";
import { sample } from "./sample.ts";
import { createSolver } from "./sampler-table.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";
import type { Solver } from "./solver.ts";

const size = 64;
const noise = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 };

/** A sampler of the table, or a scheduler class, with the settings it is compared under. */
type Side =
  | { readonly sampler: string; readonly options?: OptionValues }
  | { readonly scheduler: string; readonly config?: Readonly<Record<string, unknown>> };

/** Pairs that are one method under two names, or one a special case of the other. */
const pairs: readonly (readonly [Side, Side])[] = [
  [{ sampler: "Euler a", options: { eta: 0 } }, { sampler: "Euler" }],
  [{ sampler: "Euler a", options: { eta: 0, sNoise: 2 } }, { sampler: "Euler" }],
  [{ sampler: "Euler a", options: { eta: 1 } }, { sampler: "Euler a" }],
  [{ sampler: "LMS", options: { order: 1 } }, { sampler: "Euler" }],
  [{ sampler: "Euler", options: { sChurn: 3, sTmin: 100 } }, { sampler: "Euler" }],
  [{ sampler: "Heun", options: { sChurn: 3, sTmax: 0.001 } }, { sampler: "Heun" }],
  [{ sampler: "DPM2", options: { sChurn: 3, sTmin: 100 } }, { sampler: "DPM2" }],
  [{ sampler: "DPM2 a", options: { eta: 0 } }, { sampler: "DPM2" }],
  [
    { sampler: "DPM++ SDE", options: { eta: 0 } },
    { sampler: "DPM++ 2S a", options: { eta: 0 } },
  ],
  [{ sampler: "DPM++ 2M SDE", options: { eta: 0 } }, { sampler: "DPM++ 2M" }],
  [{ sampler: "DPM++ 2M SDE", options: { solverType: "heun" } }, { sampler: "DPM++ 2M SDE Heun" }],
  [{ sampler: "DPM++ 2M SDE Heun", options: { solverType: "midpoint" } }, { sampler: "DPM++ 2M SDE" }],
  [{ sampler: "Euler" }, dpm({ solver_order: 1 })],
  [{ sampler: "DPM++ 2M" }, dpm({ solver_order: 2 })],
  [{ sampler: "DPM++ 2M SDE Heun", options: { eta: 0 } }, dpm({ solver_order: 2, solver_type: "heun" })],
  [{ sampler: "DPM++ 3M SDE", options: { eta: 0 } }, dpm({ solver_order: 3, solver_type: "heun" })],
  [{ sampler: "DPM++ 2M SDE" }, dpm({ solver_order: 2, algorithm_type: "sde-dpmsolver++" })],
  [
    { sampler: "DPM++ 2M SDE Heun" },
    dpm({ solver_order: 2, algorithm_type: "sde-dpmsolver++", solver_type: "heun" }),
  ],
  // With noise the third orders differ: the weight of the bend has another constant in diffusers.
  [dpm({ solver_order: 1 }), { scheduler: "DPMSolverSinglestepScheduler", config: { solver_order: 1 } }],
  [
    dpm({ solver_order: 1 }),
    // Without its corrector, which takes the estimate at the end of each step into account.
    { scheduler: "UniPCMultistepScheduler", config: { solver_order: 1, disable_corrector: upTo(40) } },
  ],
  [
    {
      scheduler: "UniPCMultistepScheduler",
      config: { solver_order: 1, solver_type: "bh1", disable_corrector: upTo(40) },
    },
    {
      scheduler: "UniPCMultistepScheduler",
      config: { solver_order: 1, solver_type: "bh2", disable_corrector: upTo(40) },
    },
  ],
];

describe.each(pairs)("%j is %j", (first, second) => {
  test.each([1, 2, 3, 6, 14, 15, 16, 31])("over the same %d levels", async (steps) => {
    for (const schedule of ["Karras", "Exponential", "SGM Uniform"]) {
      const sigmas = levels(schedule, steps);
      const [one, other] = [await run(make(first, sigmas)), await run(make(second, sigmas))];
      const scale = other.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
      expect(Math.max(...one.map((value, i) => Math.abs(value - other[i]!))) / scale).toBeLessThan(2e-5);
    }
  });
});

function dpm(config: Readonly<Record<string, unknown>>): Side {
  // k-diffusion's samplers keep their order in short pictures too.
  return { scheduler: "DPMSolverMultistepScheduler", config: { ...config, lower_order_final: false } };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function levels(name: string, steps: number): Float32Array {
  const { schedule, rho } = findSchedule(name);
  return listLevels(schedule!, {
    steps,
    table: createNoiseTable(parseSchedulerConfig(noise)),
    rho,
    discardPenultimate: false,
  });
}

function make(side: Side, sigmas: Float32Array): Solver {
  const steps = sigmas.length - 1;
  const config = parseSchedulerConfig({ ...noise, ...("scheduler" in side ? side.config : {}) });
  if ("scheduler" in side) return createScheduler(side.scheduler, { config, steps, sigmas });
  return createSolver(side.sampler, { steps, config, sigmas, options: side.options });
}

/** Both sides start from the same picture and noise, and draw the same noise; the model is far from linear. */
async function run(solver: Solver): Promise<Float32Array> {
  const generator = new TorchCpuGenerator(5);
  const picture = generator.normal(size);
  return sample({
    solver,
    start: solver.addNoise(picture, generator.normal(size)),
    noise: () => generator.normal(size),
    denoise: ({ x, alpha, level }) =>
      x.map((value) => {
        const there = value / alpha;
        return (0.7 * there) / (1 + level ** 2) + 0.1 * Math.sin(there);
      }),
  });
}
