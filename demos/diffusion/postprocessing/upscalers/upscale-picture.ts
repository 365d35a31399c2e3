import { StudioError } from "../../studio-error.ts";
import { requirePixels, type Picture } from "../../images/picture.ts";
import { resizePicture } from "../../images/picture-edits.ts";
import { lanczosUpscaler, nearestUpscaler, noUpscaler } from "./resizing.ts";
import type { UpscaleContext, Upscaler } from "./upscaler.ts";

/** A small network may have to work several times; more than this never helps. */
const mostRounds = 3;

/**
 * Enlarges a picture by a factor with any upscaler: as often as it takes, then resized to the exact size.
 * A factor of 1 still lets the upscaler work once.
 *
 * @throws {StudioError} `IMAGE_TOO_LARGE` before any work when the result would be.
 */
export async function upscalePicture(
  upscaler: Upscaler,
  { picture, factor }: { readonly picture: Picture; readonly factor: number },
  context: UpscaleContext,
): Promise<Picture> {
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  requirePixels(width, height);
  let current = picture;
  for (let round = 0; round < mostRounds; round++) {
    const isLargeEnough = current.width >= width && current.height >= height;
    if (isLargeEnough && (round > 0 || factor !== 1)) break;
    context.signal?.throwIfAborted();
    const next = await upscaler.upscaleOnce(current, factor, context);
    const grew = next.width !== current.width || next.height !== current.height;
    current = next;
    if (!grew) break;
  }
  return resizePicture(current, { width, height });
}

/** The upscalers that need no model, then the others by name. */
export function listUpscalers(models: readonly Upscaler[] = []): readonly Upscaler[] {
  const byName = (first: Upscaler, second: Upscaler) =>
    first.name.toLowerCase() < second.name.toLowerCase() ? -1 : 1;
  return [noUpscaler, lanczosUpscaler, nearestUpscaler, ...[...models].sort(byName)];
}

/** @throws {StudioError} `UPSCALER_UNKNOWN` when there is none of that name. */
export function findUpscaler(upscalers: readonly Upscaler[], name: string): Upscaler {
  const found = upscalers.find((upscaler) => upscaler.name === name);
  if (found) return found;
  throw new StudioError("UPSCALER_UNKNOWN", {
    message: `There is no upscaler "${name}"; there are: ${upscalers.map((upscaler) => upscaler.name).join(", ")}.`,
  });
}
