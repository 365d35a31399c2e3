import { StudioError } from "../../studio-error.ts";
import { levelOf, type NoiseSource, type Question, type Solution, type Solver } from "./solver.ts";

/** A question with all that a model wants to know about it. */
export interface ModelCall extends Question {
  /** Noise over signal: the σ of k-diffusion. */
  readonly level: number;
  /** The training step, fractional where the sampler's levels are. */
  readonly timestep: number;
  /** Which call to the model this is, counted from 0. */
  readonly call: number;
  readonly steps: number;
}

/**
 * Gives the denoised estimate of a call. The array may be used again for the next call: solvers copy what they keep.
 */
export type Denoiser = (call: ModelCall) => Float32Array | Promise<Float32Array>;

/** What is reported once a step, before the step is taken. Read the arrays at once: they are used again. */
export interface StepReport {
  /** Counted from 1. */
  readonly step: number;
  readonly steps: number;
  /** Noise over signal at the beginning of the step; `x` is higher where the sampler added noise (churn). */
  readonly sigma: number;
  readonly x: Float32Array;
  readonly denoised: Float32Array;
}

export interface SampleRequest {
  readonly solver: Solver;
  /** Noise times `solver.initNoiseSigma`, or what `solver.addNoise` gave. It is not changed. */
  readonly start: Float32Array;
  readonly denoise: Denoiser;
  readonly noise: NoiseSource;
  /** Pictures in `start`. @default 1 */
  readonly batch?: number;
  /** Looked at before and after every model call. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: StepReport) => void;
}

/**
 * Runs a solver with a model to the end and gives the last sample.
 *
 * @throws the signal's reason within one model call of an abort.
 * @throws {StudioError} `LATENT_SHAPE` when the model answers with another size, `LATENT_NOT_FINITE` when it answers
 * with infinities or no numbers, naming the step.
 */
export async function sample(request: SampleRequest): Promise<Float32Array> {
  const { solver, signal } = request;
  const stepper = new Stepper(solver, request);
  let call = stepper.call;
  while (call !== undefined) {
    signal?.throwIfAborted();
    const denoised = await request.denoise(call);
    signal?.throwIfAborted();
    assertAnswer(denoised, call);
    if (call.isFirst) {
      const sigma = call.raisedFrom ?? call.level;
      request.onStep?.({ step: call.step + 1, steps: call.steps, sigma, x: call.x, denoised });
    }
    call = stepper.advance(denoised);
  }
  return stepper.x;
}

/** Drives a solver one model call at a time, for those who bring their own loop. */
export class Stepper {
  readonly #solver: Solver;
  readonly #solution: Solution;
  #call: ModelCall | undefined;
  #x: Float32Array;

  constructor(solver: Solver, start: Pick<SampleRequest, "start" | "noise" | "batch">) {
    this.#solver = solver;
    this.#solution = solver.solve(start.start, { noise: start.noise, batch: start.batch });
    this.#x = start.start;
    this.#take(this.#solution.next(), 0);
  }

  /** What the model is to answer next; `undefined` when the last sample is reached. */
  get call(): ModelCall | undefined {
    return this.#call;
  }

  /** The present sample: that of the next call, or the last. */
  get x(): Float32Array {
    return this.#x;
  }

  /** Takes the denoised estimate of the present call and goes on to the next. */
  advance(denoised: Float32Array): ModelCall | undefined {
    this.#take(this.#solution.next(denoised), (this.#call?.call ?? 0) + 1);
    return this.#call;
  }

  #take(result: IteratorResult<Question, Float32Array>, call: number): void {
    if (result.done === true) {
      this.#call = undefined;
      this.#x = result.value;
      return;
    }
    const question = result.value;
    const timestep = this.#solver.timestepOf(call, question);
    this.#call = { ...question, level: levelOf(question), timestep, call, steps: this.#solver.steps };
    this.#x = question.x;
  }
}

function assertAnswer(denoised: Float32Array, call: ModelCall): void {
  if (denoised.length !== call.x.length) {
    throw new StudioError("LATENT_SHAPE", {
      message: `Step ${call.step + 1} of ${call.steps}: expected ${call.x.length} denoised numbers, got ${denoised.length}.`,
    });
  }
  // One sum finds any bad element: an infinity or a NaN never leaves it, and float32s cannot overflow a double.
  let sum = 0;
  for (let i = 0; i < denoised.length; i++) sum += denoised[i]!;
  if (!Number.isFinite(sum)) {
    throw new StudioError("LATENT_NOT_FINITE", {
      message: `Step ${call.step + 1} of ${call.steps}: the model answered with numbers that are not finite.`,
    });
  }
}
