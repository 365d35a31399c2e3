import { combine, type Term } from "../numeric/combine.ts";
import { StudioError } from "../../studio-error.ts";
import { History } from "./history.ts";
import type { SchedulerRequest } from "./scheduler.ts";
import type { Solution, Solver } from "./solver.ts";
import {
  alphaAt,
  createTimestepSolver,
  listTimestepGrid,
  type TimestepGrid,
  type Transition,
} from "./timestep-solver.ts";

/** One model call: where the model is asked, and the transition that its answer then makes. */
interface PndmCall extends Transition {
  readonly askedAt: number;
  readonly step: number;
  /** What makes this call's answer: of the past answers (newest first), of the answer, of the sum so far. */
  readonly mix: "single" | "average" | "multistep" | "first" | "middle" | "last";
  /** Whether it sets out again from the sample at the beginning of its group instead of the present one. */
  readonly restarts: boolean;
}

/**
 * PNDM (Liu et al., "Pseudo numerical methods for diffusion models on manifolds", 2022, eq. 9, 12 and 13): linear
 * multistep of fourth order. It warms up with Runge-Kutta steps, or, with `skip_prk_steps` as all Stable Diffusion
 * models have it, with an average over a repeated first step (PLMS).
 */
export function createPndm(request: SchedulerRequest): Solver {
  const { config, skip = 0 } = request;
  if (config.predictionType === "sample") {
    throw new StudioError("SCHEDULER_CONFIG", {
      message: "PNDM expects a prediction_type of epsilon or v_prediction, got sample.",
    });
  }
  const full = listTimestepGrid(request);
  const grid = { ...full, timesteps: full.timesteps.subarray(skip) };
  const usesRungeKutta = config.skipPrkSteps !== true && skip === 0 && full.stride !== undefined;
  const calls = usesRungeKutta ? listRungeKuttaCalls(grid, full.stride) : listMultistepCalls(grid);
  const alphaOf = (timestep: number) => alphaAt(full.table, timestep, config.setAlphaToOne ?? false);
  return createTimestepSolver({
    table: full.table,
    timesteps: Float64Array.from(calls, (call) => call.askedAt),
    steps: (calls.at(-1)?.step ?? 0) + 1,
    solve: (start) =>
      solvePndm(start, calls, { alphaOf, isVelocity: config.predictionType === "v_prediction" }),
  });
}

interface PndmSettings {
  readonly alphaOf: (timestep: number) => number;
  readonly isVelocity: boolean;
}

function* solvePndm(start: Float32Array, calls: readonly PndmCall[], settings: PndmSettings): Solution {
  const x = start.slice();
  const origin = start.slice();
  const answer = new Float32Array(x.length);
  const mixed = new Float32Array(x.length);
  const sum = new Float32Array(x.length);
  const past = new History(4);
  for (const [index, call] of calls.entries()) {
    const left = settings.alphaOf(call.askedAt);
    const [alpha, sigma] = [Math.sqrt(left), Math.sqrt(1 - left)];
    const isFirst = calls[index - 1]?.step !== call.step;
    const denoised = yield { x, alpha, sigma, step: call.step, isFirst };
    // The method mixes bare answers: of a velocity model velocities, which turn into noise only afterwards.
    const [ofSample, ofPicture] = settings.isVelocity
      ? [alpha / sigma, -1 / sigma]
      : [1 / sigma, -alpha / sigma];
    combine(answer, [ofSample, x], [ofPicture, denoised]);
    if (call.mix === "single" || call.mix === "multistep" || call.mix === "first") past.push(answer);
    if (call.mix === "single" || call.mix === "first") origin.set(x);
    mix(mixed, { call, answer, sum, past });
    transfer(x, call.restarts ? origin : x, { mixed, call, settings });
  }
  return x;
}

interface MixView {
  readonly call: PndmCall;
  readonly answer: Float32Array;
  /** Running sum of the Runge-Kutta answers. */
  readonly sum: Float32Array;
  readonly past: History;
}

function mix(out: Float32Array, { call, answer, sum, past }: MixView): void {
  switch (call.mix) {
    case "single":
      return out.set(answer);
    case "average":
      return combine(out, [0.5, answer], [0.5, past.at(0)]);
    case "multistep":
      return combine(out, ...adamsBashforth(past));
    case "first":
      combine(sum, [1 / 6, answer]);
      return out.set(answer);
    case "middle":
      combine(sum, [1, sum], [1 / 3, answer]);
      return out.set(answer);
    case "last":
      return combine(out, [1, sum], [1 / 6, answer]);
  }
}

const ADAMS_BASHFORTH = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

function adamsBashforth(past: History): Term[] {
  const factors = ADAMS_BASHFORTH[past.length - 1]!;
  return factors.map((factor, age): Term => [factor, past.at(age)]);
}

interface TransferView {
  readonly mixed: Float32Array;
  readonly call: PndmCall;
  readonly settings: PndmSettings;
}

/** The transfer of eq. 9 from one training step to an earlier one, along given noise (or velocity). */
function transfer(out: Float32Array, from: Float32Array, { mixed, call, settings }: TransferView): void {
  const left = settings.alphaOf(call.timestep);
  const next = settings.alphaOf(call.previous);
  const scale = (next - left) / (left * Math.sqrt(1 - next) + Math.sqrt(left * (1 - left) * next));
  const ofSample = Math.sqrt(next / left);
  if (settings.isVelocity) {
    combine(out, [ofSample - scale * Math.sqrt(1 - left), from], [-scale * Math.sqrt(left), mixed]);
  } else {
    combine(out, [ofSample, from], [-scale, mixed]);
  }
}

/** PLMS: the second training step is asked twice, the first time to improve the first transition. */
function listMultistepCalls({ timesteps, stride }: TimestepGrid): PndmCall[] {
  const previousOf = (index: number) =>
    stride === undefined ? (timesteps[index + 1] ?? -1) : timesteps[index]! - stride;
  const calls = Array.from(timesteps, (timestep, step): PndmCall => ({
    askedAt: timestep,
    timestep,
    previous: previousOf(step),
    step,
    mix: step === 0 ? "single" : "multistep",
    restarts: false,
  }));
  const first = timesteps[0]!;
  const second = timesteps[1];
  if (second === undefined) return calls;
  const repeated: PndmCall = {
    askedAt: second,
    timestep: stride === undefined ? first : second + stride,
    previous: second,
    step: 0,
    mix: "average",
    restarts: true,
  };
  return calls.toSpliced(1, 0, repeated);
}

/** Three transitions of four Runge-Kutta calls each, then multistep. */
function listRungeKuttaCalls({ timesteps }: TimestepGrid, stride: number): PndmCall[] {
  if (timesteps.length < 4) {
    throw new StudioError("STEPS_INVALID", {
      message: `PNDM without skip_prk_steps expects at least 4 steps, got ${timesteps.length}.`,
      hint: "Choose at least 4 steps, or another sampler.",
    });
  }
  const half = Math.floor(stride / 2);
  const mixes = ["first", "middle", "middle", "last"] as const;
  const warmUp = [0, 1, 2].flatMap((step) => {
    const from = timesteps[step]!;
    const middle = timesteps[step + 1]! + half;
    const asked = [from, middle, middle, timesteps[step + 1]!];
    return asked.map((askedAt, i): PndmCall => ({
      askedAt,
      timestep: from,
      previous: i % 2 === 0 ? askedAt - half : askedAt,
      step,
      mix: mixes[i]!,
      restarts: true,
    }));
  });
  const rest = Array.from(timesteps.subarray(3), (timestep, i): PndmCall => ({
    askedAt: timestep,
    timestep,
    previous: timestep - stride,
    step: i + 3,
    mix: "multistep",
    restarts: false,
  }));
  return [...warmUp, ...rest];
}
