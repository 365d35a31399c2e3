import { StudioError } from "../../studio-error.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import { assertUpscaler, planHires, type HiresTarget } from "./hires.ts";
import { createPassSolver } from "./pass-solver.ts";
import type { SourceRequest } from "./request.ts";
import type { GenerationTools } from "./run-generation.ts";
import { seedLatentsOf } from "./seed-resize.ts";
import { resolveHiresPass, type GenerationSettings, type PassSettings } from "./settings.ts";

/** The second pass of a job. */
export interface HiresPlan {
  readonly target: HiresTarget;
  readonly pass: PassSettings;
  readonly upscaler: string;
  readonly strength: number;
}

/** @throws {StudioError} `REQUEST_INVALID`, `SIZE_INVALID` or `UPSCALER_UNKNOWN`. */
export function planHiresPass(
  { model, upscalers }: Pick<GenerationTools, "model" | "upscalers">,
  settings: GenerationSettings,
): HiresPlan | undefined {
  const { hires, source } = settings.request;
  if (hires === undefined) return undefined;
  if (source !== undefined) {
    throw new StudioError("REQUEST_INVALID", {
      message:
        "Setting hires: expected a picture made from nothing; with a source, ask for the final size at once.",
    });
  }
  if (model.unet.inputChannels !== model.autoencoder.channels) {
    throw new StudioError("REQUEST_INVALID", {
      message: "Setting hires: models for inpainting have no hires pass.",
    });
  }
  const upscaler = hires.upscaler ?? "Latent";
  assertUpscaler(upscaler, upscalers);
  return {
    target: planHires(settings.size, hires, model.autoencoder.factor),
    pass: resolveHiresPass(settings, model),
    upscaler,
    strength: hires.strength ?? 0.7,
  };
}

/**
 * Says what is wrong with either pass before anything runs.
 *
 * @throws {StudioError} `SAMPLER_OPTION`, `STEPS_INVALID`, `SCHEDULER_CONFIG` or `REQUEST_INVALID`.
 */
export function assertPasses(
  model: DiffusionModel,
  settings: GenerationSettings,
  hires: HiresPlan | undefined,
): void {
  const { request } = settings;
  seedLatentsOf(request, model.autoencoder.factor);
  createPassSolver({
    model,
    settings,
    pass: settings,
    kind: "first",
    start: request.source && startOf(request.source),
  });
  if (hires === undefined) return;
  const start = { strength: hires.strength, takesAllSteps: true };
  createPassSolver({ model, settings, pass: hires.pass, kind: "hires", start });
}

/** How far a pass that starts from a picture goes. */
export function startOf({ strength = 0.75, takesAllSteps = false }: Partial<SourceRequest> = {}) {
  return { strength, takesAllSteps };
}
