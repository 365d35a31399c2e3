import { StudioError } from "../../studio-error.ts";

/**
 * Beyond the training steps some steps would fall on the same one.
 *
 * @throws {StudioError} `STEPS_INVALID`.
 */
export function assertTrained(steps: number, trainSteps: number): void {
  if (steps <= trainSteps) return;
  throw new StudioError("STEPS_INVALID", {
    message: `Expected at most ${trainSteps} steps, as many as the model was trained with, got ${steps}.`,
    hint: `Choose fewer steps, from 1 to ${trainSteps}.`,
  });
}
