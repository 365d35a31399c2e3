import { linspace } from "../numeric/linspace.ts";
import { betaQuantile } from "./beta-quantile.ts";
import { withFinalZero, type ScheduleRequest } from "./schedule.ts";

/** Levels spread by the quantiles of a beta distribution (Lee et al., "Beta sampling is all you need", 2024). */
export function scheduleBeta(request: ScheduleRequest): Float32Array {
  return withFinalZero(betaLevels(request));
}

/** The levels without the final 0, in double. */
export function betaLevels(request: Omit<ScheduleRequest, "table">): Float64Array {
  const { steps, sigmaMin, sigmaMax, alpha = 0.6, beta = 0.6 } = request;
  return linspace(0, 1, steps).map(
    (ramp) => sigmaMin + betaQuantile(1 - ramp, { alpha, beta }) * (sigmaMax - sigmaMin),
  );
}
