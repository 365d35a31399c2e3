/**
 * One tensor of standard normals for the step from one noise level to the next, for the whole batch. Sources that
 * draw independent tensors may ignore the levels; a Brownian path needs them. The solver reads the tensor at once
 * and keeps nothing of it.
 */
export type NoiseSource = (sigma: number, sigmaNext: number) => Float32Array;

/**
 * What a solver asks of the model: the denoised estimate of `x`, which is `alpha` times the picture plus `sigma`
 * times noise. Solvers that work on noise levels keep `alpha` at 1 (variance exploding), the others keep
 * alpha² + sigma² at 1 (variance preserving).
 */
export interface Question {
  /** The solver's own buffer: read it, do not keep or change it. */
  readonly x: Float32Array;
  readonly alpha: number;
  readonly sigma: number;
  /** The level the step began at, where its sampler raised it by adding noise. @default sigma over alpha */
  readonly raisedFrom?: number;
  /** The step this belongs to, counted from 0. */
  readonly step: number;
  /** Whether it opens its step; solvers of higher order ask more than once a step. */
  readonly isFirst: boolean;
}

/** A solution under way: yields questions, takes denoised estimates, returns the last sample. */
export type Solution = Generator<Question, Float32Array, Float32Array>;

/** A solver laid over one series of noise levels: what a sampler's name, schedule and step count become. */
export interface Solver {
  /** How many steps it reports. */
  readonly steps: number;
  /** Noise levels as the reference implementation lists them; empty where it has none. */
  readonly sigmas: Float32Array;
  /** The training step of each model call, in order; empty where levels are only known while running. */
  readonly timesteps: Float64Array;
  /** Pure noise times this is where a picture from nothing starts. */
  readonly initNoiseSigma: number;
  /** The training step of a question: from the list above, or of its noise level. */
  timestepOf(call: number, question: Question): number;
  /** Where a picture from another one starts: its latent with the noise of the first level. */
  addNoise(latent: Float32Array, noise: Float32Array): Float32Array;
  /** Starts a solution. `start` is copied; pictures of a batch lie one after another in it. */
  solve(start: Float32Array, context: SolveContext): Solution;
}

export interface SolveContext {
  readonly noise: NoiseSource;
  /** Pictures in the start; only dynamic thresholding looks at them one by one. @default 1 */
  readonly batch?: number | undefined;
}

/** The noise level of a question: noise over signal. Infinite for pure noise. */
export function levelOf(question: Pick<Question, "alpha" | "sigma">): number {
  return question.sigma / question.alpha;
}
