import type { OptionSpecs, OptionsOf } from "./options.ts";
import type { SolveContext, Solution } from "./solver.ts";

/** The noise levels a solution goes along, and where its noise comes from. */
export interface LevelPath extends SolveContext {
  /** One level more than steps: where each step starts, and where the last one ends. */
  readonly sigmas: Float32Array;
  readonly steps: number;
  /**
   * Whether samplers draw noise for the step down to 0 too, where it counts for nothing. diffusers does, k-diffusion
   * does not; it decides what a generator gives the next picture.
   */
  readonly drawsAtZero: boolean;
}

/** A sampler over noise levels: x is the picture plus σ times noise. */
export type LevelSampler<Specs extends OptionSpecs> = (
  start: Float32Array,
  path: LevelPath,
  options: OptionsOf<Specs>,
) => Solution;
