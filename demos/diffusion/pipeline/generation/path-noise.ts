import { BrownianNoise } from "../random/brownian-noise.ts";
import type { NoiseSource, Solver } from "../samplers/solver.ts";

export interface PathNoiseRequest {
  readonly solver: Solver;
  /** The pictures' own seeds: neither a variation nor a seed delta changes their paths. */
  readonly seeds: readonly number[];
  /** Numbers in one picture's latent. */
  readonly size: number;
  readonly source: string;
}

/**
 * The noise of a stochastic sampler for one pass; every pass begins its paths anew. They span the whole schedule,
 * also where a start from a picture leaves out its beginning, so that a step has the same noise with and without it.
 */
export function createPathNoise({ solver, ...options }: PathNoiseRequest): NoiseSource {
  const noise = new BrownianNoise({
    ...options,
    sigmaMin: Math.min(...solver.sigmas.filter((sigma) => sigma > 0)),
    sigmaMax: solver.initNoiseSigma,
  });
  return (from, to) => noise.between(from, to);
}
