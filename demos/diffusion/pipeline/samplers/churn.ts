import type { LevelPath } from "./level-path.ts";
import { sNoise, type NumberOption, type OptionsOf } from "./options.ts";

/** Options of samplers that may add noise before a step. */
export const churnOptions = {
  sChurn: {
    default: 0,
    min: 0,
    max: 100,
    help: "How much noise is added before the steps, in all; 0 adds none.",
  },
  sTmin: { default: 0, min: 0, max: Infinity, help: "Noise is added only at levels from this one." },
  sTmax: { default: Infinity, min: 0, max: Infinity, help: "Noise is added only at levels up to this one." },
  sNoise,
} as const satisfies Record<string, NumberOption>;

const MAX_GAMMA = Math.SQRT2 - 1;

const f = Math.fround;

export interface ChurnRequest {
  readonly path: LevelPath;
  readonly step: number;
  readonly options: OptionsOf<typeof churnOptions>;
}

/**
 * Raises the sample to a slightly higher noise level before a step and gives that level (Karras et al.,
 * "Elucidating the design space", 2022, algorithm 2, lines 4 to 6). Rounded to float32 after every operation, as
 * the reference does.
 */
export function churn(x: Float32Array, { path, step, options }: ChurnRequest): number {
  const sigma = path.sigmas[step]!;
  if (options.sChurn === 0) return sigma;
  const isInRange = sigma >= options.sTmin && sigma <= options.sTmax;
  const gamma = isInRange ? Math.min(options.sChurn / path.steps, MAX_GAMMA) : 0;
  const raised = f(sigma * f(1 + gamma));
  // Drawn even where it is not used, as k-diffusion does: else later draws would shift.
  const noise = path.noise(sigma, raised);
  if (gamma === 0) return raised;
  const spread = f(Math.sqrt(f(f(raised ** 2) - f(sigma ** 2))));
  const factor = f(options.sNoise);
  for (let i = 0; i < x.length; i++) x[i]! += f(f(noise[i]! * factor) * spread);
  return raised;
}
