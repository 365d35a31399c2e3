import { StudioError } from "../../studio-error.ts";
import { mostSteps } from "../schedules/schedule-table.ts";

/** Where a start from a picture enters its steps. */
export interface StrengthPlan {
  /** Steps to lay out. */
  readonly steps: number;
  /** Of those, steps left out at the beginning. */
  readonly skip: number;
}

/** The webui never starts from pure noise: one step's share of the picture always stays. */
const MAX_STRENGTH = 0.999;

/**
 * How the webui spends steps on a picture: `strength` of them, and one more.
 *
 * @param isExact Takes exactly `steps` steps, by laying out more ("do exactly the amount of steps", hires fix).
 * @throws {StudioError} `SAMPLER_OPTION` for a strength outside 0 to 1, or exactly 0 where steps are exact;
 * `STEPS_INVALID` for one so small that exact steps are the end of far too many.
 */
export function planStrength(steps: number, strength: number, isExact = false): StrengthPlan {
  assertStrength(strength, isExact);
  const share = Math.min(strength, MAX_STRENGTH);
  if (!isExact) return { steps, skip: steps - Math.floor(share * steps) - 1 };
  const total = Math.floor(steps / share);
  if (total > mostSteps) {
    throw new StudioError("STEPS_INVALID", {
      message: `Exactly ${steps} steps at a strength of ${strength} are the last of ${total}; expected at most ${mostSteps}.`,
      hint: `Choose fewer steps, or a strength of at least ${steps / mostSteps}.`,
    });
  }
  return { steps: total, skip: total - steps };
}

/**
 * How diffusers spends steps on a picture: `strength` of them.
 *
 * @throws {StudioError} `SAMPLER_OPTION` when that is not a single step.
 */
export function planStrengthLikeDiffusers(steps: number, strength: number): StrengthPlan {
  assertStrength(strength, true);
  const taken = Math.min(Math.floor(steps * strength), steps);
  if (taken > 0) return { steps, skip: steps - taken };
  throw new StudioError("SAMPLER_OPTION", {
    message: `A strength of ${strength} leaves none of ${steps} steps; expected at least ${1 / steps}.`,
  });
}

function assertStrength(strength: number, isPositive: boolean): void {
  if (strength >= 0 && strength <= 1 && !(isPositive && strength === 0)) return;
  const range = isPositive ? "above 0 and up to 1" : "from 0 to 1";
  throw new StudioError("SAMPLER_OPTION", { message: `Expected a strength ${range}, got ${strength}.` });
}
