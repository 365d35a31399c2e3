import type { DiffusionModel } from "../model/load-model.ts";
import type { Size } from "./settings.ts";

/** A size in latents. */
export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The latents of a picture. Networks halve their sides several times, so what does not divide is worked on a little
 * larger, and the picture cut to size at the end.
 */
export function latentSizeOf({ unet, autoencoder }: DiffusionModel, { width, height }: Size): LatentSize {
  const multiple = unet.sideMultiple;
  const round = (side: number) => Math.ceil(side / autoencoder.factor / multiple) * multiple;
  return { height: round(height), width: round(width) };
}
