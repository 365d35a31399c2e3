import { resizePicture } from "../../images/picture-edits.ts";
import type { Upscaler } from "./upscaler.ts";

/** Leaves the picture; what is missing in size is made up by Lanczos. */
export const noUpscaler: Upscaler = {
  name: "None",
  upscaleOnce: async (picture) => picture,
};

export const lanczosUpscaler: Upscaler = resizingUpscaler("Lanczos", "lanczos3");

export const nearestUpscaler: Upscaler = resizingUpscaler("Nearest", "nearest");

function resizingUpscaler(name: string, kernel: "lanczos3" | "nearest"): Upscaler {
  return {
    name,
    upscaleOnce: (picture, factor) =>
      resizePicture(
        picture,
        { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) },
        kernel,
      ),
  };
}
