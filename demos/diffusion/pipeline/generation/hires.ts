import type { Picture } from "../../images/picture.ts";
import { coverPicture } from "../../images/picture-edits.ts";
import { findUpscaler } from "../../postprocessing/upscalers/upscale-picture.ts";
import { upscalePicture } from "../../postprocessing/upscalers/upscale-picture.ts";
import type { Upscaler } from "../../postprocessing/upscalers/upscaler.ts";
import { StudioError } from "../../studio-error.ts";
import type { AutoencoderWork } from "../model/autoencoder.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import type { Planes } from "../model/tiles.ts";
import { latentSizeOf } from "./latent-size.ts";
import { planesToPicture } from "./planes.ts";
import type { HiresRequest } from "./request.ts";
import { latentUpscalers, resizeLatents } from "./resize-latents.ts";
import { assertSize, type Size } from "./settings.ts";
import { encodePicture } from "./source.ts";

/** Where a hires pass goes. */
export interface HiresTarget {
  /** The first picture enlarged, before what stands over is cut. */
  readonly enlarged: Size;
  /** The finished picture. */
  readonly size: Size;
}

/**
 * The sizes of a hires pass, rounded down to whole latents: by a scale, by one side with the proportions kept, or by
 * both sides, covered.
 *
 * @throws {StudioError} `SIZE_INVALID`.
 */
export function planHires(
  first: Size,
  { scale = 2, width = 0, height = 0 }: HiresRequest,
  factor: number,
): HiresTarget {
  const floor = (size: Size) => ({
    width: Math.floor(size.width / factor) * factor,
    height: Math.floor(size.height / factor) * factor,
  });
  const enlarged = floor(enlarge(first, { scale, width, height }));
  const size = width > 0 && height > 0 ? floor({ width, height }) : enlarged;
  assertSize(size, factor);
  return { enlarged, size };
}

function enlarge(
  first: Size,
  { scale, width, height }: { scale: number; width: number; height: number },
): Size {
  if (width <= 0 && height <= 0) {
    return { width: Math.floor(first.width * scale), height: Math.floor(first.height * scale) };
  }
  const byWidth = { width, height: Math.floor((width * first.height) / first.width) };
  const byHeight = { width: Math.floor((height * first.width) / first.height), height };
  if (height <= 0) return byWidth;
  if (width <= 0) return byHeight;
  return first.width / first.height < width / height ? byWidth : byHeight;
}

export interface UpscaleRequest {
  readonly model: DiffusionModel;
  readonly name: string;
  readonly target: HiresTarget;
  readonly firstSize: Size;
  readonly upscalers: readonly Upscaler[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks that an upscaler is there before the first pass is sampled for it.
 *
 * @throws {StudioError} `UPSCALER_UNKNOWN`.
 */
export function assertUpscaler(name: string, upscalers: readonly Upscaler[]): void {
  if (Object.hasOwn(latentUpscalers, name)) return;
  try {
    findUpscaler(upscalers, name);
  } catch (cause) {
    const names = [...Object.keys(latentUpscalers), ...upscalers.map((upscaler) => upscaler.name)];
    throw new StudioError("UPSCALER_UNKNOWN", {
      message: `There is no upscaler "${name}"; there are: ${names.join(", ")}.`,
      cause,
    });
  }
}

/** Enlarges the latents of one picture, in themselves or by way of the picture. */
export async function upscaleLatents(
  latents: Planes,
  request: UpscaleRequest,
  work: AutoencoderWork,
): Promise<Float32Array> {
  const { model, name, target, firstSize } = request;
  const latentSize = latentSizeOf(model, target.size);
  const resizing = latentUpscalers[name];
  if (resizing !== undefined) {
    const enlarged = resizeLatents(latents, latentSizeOf(model, target.enlarged), resizing);
    return centre(enlarged, latentSize);
  }
  const picture = planesToPicture(await model.autoencoder.decode(latents, work), firstSize);
  const large = await upscale(picture, request);
  return encodePicture(large, { model, latentSize }, work);
}

async function upscale(
  picture: Picture,
  { name, target, upscalers, signal }: UpscaleRequest,
): Promise<Picture> {
  const upscaler = findUpscaler(upscalers, name);
  const factor = Math.max(target.size.width / picture.width, target.size.height / picture.height);
  const large = await upscalePicture(upscaler, { picture, factor }, { signal });
  return coverPicture(large, target.size);
}

/** The middle of planes; what stands over is cut, the odd place to the right and below. */
function centre(planes: Planes, { height, width }: { height: number; width: number }): Float32Array {
  if (planes.height === height && planes.width === width) return planes.data;
  const top = Math.max(0, Math.floor((planes.height - height) / 2));
  const left = Math.max(0, Math.floor((planes.width - width) / 2));
  const out = new Float32Array(planes.channels * height * width);
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const fromRow = Math.min(top + row, planes.height - 1);
        const fromColumn = Math.min(left + column, planes.width - 1);
        out[(channel * height + row) * width + column] =
          planes.data[(channel * planes.height + fromRow) * planes.width + fromColumn]!;
      }
    }
  }
  return out;
}
