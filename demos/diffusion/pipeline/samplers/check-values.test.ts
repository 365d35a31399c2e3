import { expect, test } from "vitest";
import { denoiseGaussian, predictGaussianVelocity } from "../fixtures/gaussian-model.ts";
import { createDenoiser } from "../prediction/denoiser.ts";
import { sample, type Denoiser } from "./sample.ts";
import { createSolver } from "./sampler-table.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { createScheduler } from "./scheduler.ts";
import { timestepToSigma, createNoiseTable } from "../schedules/noise-table.ts";
import type { Solver } from "./solver.ts";

/** Runs of the reference implementations on normally distributed numbers, six digits each. */
const DRAWS = [0.3, -0.7, 1.1, -0.2, 0.5, 0.9, -1.3, 0.1, 0.6, -0.4];
const sd = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012, clip_sample: false };
const table = createNoiseTable();

async function follow(solver: Solver, denoise: Denoiser): Promise<number[]> {
  const draws = [...DRAWS];
  const path: number[] = [];
  const last = await sample({
    solver,
    start: Float32Array.of(solver.initNoiseSigma),
    noise: () => Float32Array.of(draws.shift()!),
    denoise(call) {
      path.push(call.x[0]!);
      return denoise(call);
    },
  });
  return [...path, last[0]!];
}

/** The network's view: it knows the training step, which rounded levels do not quite match. */
const denoiseByTimestep: Denoiser = createDenoiser({
  prediction: "epsilon",
  predict(input, { timestep }) {
    const level = timestepToSigma(table, timestep);
    const norm = Math.hypot(1, level);
    return input.map((value) => {
      const x = value * norm;
      return (x - (0.49 * x + 0.5 * level ** 2) / (0.49 + level ** 2)) / level;
    });
  },
});

function numbers(text: string): number[] {
  return text.split(" ").map(Number);
}

function expectClose(path: readonly number[], expected: readonly number[]): void {
  expect(path.length).toBe(expected.length);
  path.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-5 * Math.max(1, Math.abs(expected[i]!))),
  );
}

const karras: [string, string][] = [
  ["Euler", "14.6146 5.15415 1.80756 0.998632 0.949583 0.948803"],
  ["Euler a", "14.6146 3.40846 -0.098242 0.61142 0.593378 0.593216"],
  ["LMS", "14.6146 5.15415 1.81609 1.03245 0.997021 0.996608"],
  ["DPM++ 2M", "14.6146 5.15415 1.83584 1.11516 1.19128 1.19009"],
  ["DPM++ 2M SDE", "14.6146 3.40846 -0.0825683 0.499256 0.580205 0.580066"],
  ["DPM++ 2M SDE Heun", "14.6146 3.40846 -0.0763383 0.447761 0.535476 0.535414"],
];

test.each(karras)("%s on five Karras levels goes through %s", async (name, expected) => {
  const path = await follow(createSolver(name, { steps: 5, schedule: "Karras" }), denoiseGaussian);
  expectClose(path, numbers(expected));
});

const ends: [string, boolean, number][] = [
  ["Heun", false, 1.41827],
  ["DPM2", false, 1.31891],
  ["DPM2 a", false, 0.676515],
  ["DPM++ 2S a", false, 0.580755],
  ["DPM++ SDE", false, 0.674469],
  ["DPM++ 3M SDE", false, 0.404598],
  ["DPM2", true, 1.23221],
  ["DPM2 a", true, 0.821182],
  ["DPM++ 3M SDE", true, 1.13493],
];

test.each(ends)(
  "%s on five Karras levels (penultimate discarded: %s) ends at %d",
  async (name, discardPenultimate, end) => {
    const path = await follow(
      createSolver(name, { steps: 5, schedule: "Karras", discardPenultimate }),
      denoiseGaussian,
    );
    expect(path.at(-1)).toBeCloseTo(end, 4);
  },
);

interface ClassRun {
  readonly config?: object;
  readonly steps?: number;
  readonly options?: Record<string, number>;
  readonly path: string;
}

const leading = { timestep_spacing: "leading", steps_offset: 1 };
const trailing = { timestep_spacing: "trailing" };
const useKarras = { use_karras_sigmas: true };
const ddim = { ...leading, set_alpha_to_one: false };

const classes: [string, ClassRun][] = [
  ["DDIMScheduler", { config: ddim, path: "1 1.06356 1.09971 1.08004 0.966384 0.966321" }],
  [
    "DDIMScheduler",
    { config: ddim, options: { eta: 1 }, path: "1 0.850716 0.209226 0.84228 0.773807 0.783984" },
  ],
  ["DDIMScheduler", { config: trailing, path: "1 1.05045 1.11169 1.14242 1.1151 0.971367" }],
  ["DDPMScheduler", { path: "1 0.851341 0.210749 0.84186 0.776114 0.775964" }],
  [
    "PNDMScheduler",
    {
      config: { ...leading, skip_prk_steps: true },
      path: "1 1.06356 1.08781 1.12821 1.151 1.09051 1.09636",
    },
  ],
  ["LMSDiscreteScheduler", { path: "14.6146 4.46957 2.14368 1.37356 1.03862 1.03822" }],
  ["EulerDiscreteScheduler", { path: "14.6146 4.46957 2.13794 1.35227 0.946852 0.946078" }],
  ["EulerDiscreteScheduler", { config: leading, path: "5.23091 2.66043 1.6911 1.24534 0.967209 0.965587" }],
  ["EulerDiscreteScheduler", { config: trailing, path: "14.6146 5.43476 2.75866 1.74714 1.28124 0.970229" }],
  ["EulerDiscreteScheduler", { config: trailing, steps: 1, path: "14.6146 0.532307" }],
  [
    "EulerDiscreteScheduler",
    { config: trailing, steps: 4, path: "14.6146 4.46537 2.13543 1.35071 0.929502" },
  ],
  ["EulerAncestralDiscreteScheduler", { path: "14.6146 2.81006 -0.122057 0.994976 0.743813 0.74339" }],
  [
    "EulerAncestralDiscreteScheduler",
    { config: leading, path: "5.23091 2.12801 0.321742 0.971194 0.774467 0.773514" },
  ],
  ["DPMSolverMultistepScheduler", { path: "1 1.05045 1.11673 1.16095 1.16452 1.00474" }],
  ["DPMSolverMultistepScheduler", { config: useKarras, path: "1 1.05424 1.13539 1.08448 1.19301 1.19232" }],
  ["DPMSolverMultistepScheduler", { config: leading, path: "1 1.05423 1.10728 1.13595 1.13932 1.01426" }],
  ["DPMSolverMultistepScheduler", { config: trailing, path: "1 1.05045 1.11673 1.16098 1.16437 1.00549" }],
  [
    "DPMSolverMultistepScheduler",
    { config: { ...useKarras, solver_order: 3 }, path: "1 1.05424 1.13539 1.17748 1.32844 1.32757" },
  ],
  [
    "DPMSolverMultistepScheduler",
    {
      config: { ...useKarras, algorithm_type: "sde-dpmsolver++" },
      path: "1 0.696415 -0.0508584 0.485153 0.580578 0.580685",
    },
  ],
  ["DPMSolverSinglestepScheduler", { path: "1 1.05045 1.11627 1.14664 1.15036 0.994954" }],
  [
    "DPMSolverSinglestepScheduler",
    { config: useKarras, path: "1 1.05424 1.12852 0.977189 0.991211 0.99078" },
  ],
  ["UniPCMultistepScheduler", { path: "1 1.05045 1.12022 1.17022 1.17985 1.01533" }],
  ["UniPCMultistepScheduler", { config: useKarras, path: "1 1.05424 1.13896 1.09836 1.21487 1.21415" }],
  ["LCMScheduler", { steps: 4, path: "1 0.413714 -0.313307 0.907419 0.800478" }],
  ["LCMScheduler", { steps: 1, path: "1 0.532385" }],
  [
    "LCMScheduler",
    { steps: 8, path: "1 0.367855 -0.562717 1.17821 0.191476 0.691833 1.05565 0.301695 0.375741" },
  ],
  ["TCDScheduler", { steps: 4, path: "1 0.782949 0.179293 0.786954 0.737767" }],
  ["TCDScheduler", { steps: 4, options: { eta: 0 }, path: "1 1.06201 1.12656 1.11567 0.943054" }],
];

test.each(classes)("%s with %j", async (name, run) => {
  const config = parseSchedulerConfig({ ...sd, ...run.config });
  const solver = createScheduler(name, { config, steps: run.steps ?? 5, options: run.options });
  expectClose(await follow(solver, denoiseByTimestep), numbers(run.path));
});

const lastOnly: [string, object, number][] = [
  ["EulerDiscreteScheduler", { use_exponential_sigmas: true }, 0.961153],
  ["EulerDiscreteScheduler", { use_beta_sigmas: true }, 0.699877],
  ["HeunDiscreteScheduler", useKarras, 1.41827],
  ["KDPM2DiscreteScheduler", useKarras, 1.31874],
  ["KDPM2AncestralDiscreteScheduler", useKarras, 0.676502],
  ["UniPCMultistepScheduler", { solver_order: 3 }, 1.01689],
  [
    "DPMSolverMultistepScheduler",
    { ...useKarras, algorithm_type: "sde-dpmsolver++", solver_order: 3 },
    0.541261,
  ],
];

test.each(lastOnly)("%s with %j ends at %d", async (name, extra, end) => {
  const config = parseSchedulerConfig({ ...sd, ...extra });
  const path = await follow(createScheduler(name, { config, steps: 5 }), denoiseByTimestep);
  expect(path.at(-1)).toBeCloseTo(end, 4);
});

const zeroSnr = {
  ...sd,
  rescale_betas_zero_snr: true,
  prediction_type: "v_prediction",
  timestep_spacing: "trailing",
};

test.each([
  ["DDIMScheduler", "1 1.05788 1.128 1.16367 1.13404 0.975899"],
  ["EulerDiscreteScheduler", "4096 7.90967 3.14699 1.85477 1.31933 0.975832"],
  ["DPMSolverMultistepScheduler", "1 1.05778 1.12916 1.17786 1.17998 1.00694"],
])("%s from pure noise of a zero-terminal-SNR velocity model goes through %s", async (name, expected) => {
  const solver = createScheduler(name, { config: parseSchedulerConfig(zeroSnr), steps: 5 });
  const denoise = createDenoiser({ prediction: "v_prediction", predict: predictGaussianVelocity });
  expectClose(await follow(solver, denoise), numbers(expected));
});
