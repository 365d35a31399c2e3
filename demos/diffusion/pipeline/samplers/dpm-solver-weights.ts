import type { Marginal } from "./marginal.ts";

export const dpmAlgorithms = ["dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver"] as const;

export type DpmAlgorithm = (typeof dpmAlgorithms)[number];

/**
 * What multiplies what in one step. With m the model's estimate (the picture for the ++ algorithms, the noise for
 * the others), D1 its first and D2 its second divided difference:
 * x' = sample·x + estimate·m + slope·D1 + bend·D2 + noise·z.
 */
export interface DpmWeights {
  readonly sample: number;
  readonly estimate: number;
  /** For D1 in the midpoint solver. */
  readonly midpoint: number;
  /** For D1 in the Heun solver and in third order. */
  readonly heun: number;
  readonly bend: number;
  readonly noise: number;
}

/**
 * The weights of a step of length h in λ (DPM-Solver: Lu et al., 2022, eq. 3.4 to 3.7; DPM-Solver++: Lu et al.,
 * 2022, eq. 8 to 13 and, for the stochastic ones, section 5 and appendix B). At the end of a spread h may be 0, or a
 * rounding error below it.
 */
export function weighDpmStep(algorithm: DpmAlgorithm, from: Marginal, to: Marginal): DpmWeights {
  const h = to.lambda - from.lambda;
  switch (algorithm) {
    case "dpmsolver++": {
      const decay = Math.expm1(-h);
      const { alpha } = to;
      return {
        sample: to.sigma / from.sigma,
        estimate: -alpha * decay,
        midpoint: -0.5 * alpha * decay,
        heun: alpha * (decay / h + 1),
        bend: -alpha * ((decay + h) / h ** 2 - 0.5),
        noise: 0,
      };
    }
    case "sde-dpmsolver++": {
      const decay = Math.expm1(-2 * h);
      const { alpha } = to;
      return {
        sample: (to.sigma / from.sigma) * Math.exp(-h),
        estimate: -alpha * decay,
        midpoint: -0.5 * alpha * decay,
        heun: alpha * (decay / (2 * h) + 1),
        bend: alpha * ((-decay - 2 * h) / (2 * h) ** 2 - 0.5),
        noise: to.sigma * Math.sqrt(Math.max(-decay, 0)),
      };
    }
    case "dpmsolver":
    case "sde-dpmsolver": {
      const growth = Math.expm1(h);
      const isStochastic = algorithm === "sde-dpmsolver";
      const sigma = isStochastic ? 2 * to.sigma : to.sigma;
      return {
        sample: to.alpha / from.alpha,
        estimate: -sigma * growth,
        midpoint: -0.5 * sigma * growth,
        heun: -sigma * (growth / h - 1),
        bend: -sigma * ((growth - h) / h ** 2 - 0.5),
        noise: isStochastic ? to.sigma * Math.sqrt(Math.max(Math.expm1(2 * h), 0)) : 0,
      };
    }
  }
}
