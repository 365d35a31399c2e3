import { coverPicture, resizePicture } from "../../images/picture-edits.ts";
import { decodePicture, fromSharp, toPicture, toSharp, type Picture } from "../../images/picture.ts";
import type { PictureInput, ResizeMode } from "./request.ts";
import type { Size } from "./settings.ts";

/**
 * A picture from pixels or from a file.
 *
 * @throws {StudioError} `IMAGE_INVALID`, `IMAGE_TOO_LARGE` or `IMAGE_SHAPE`.
 */
export async function readPicture(input: PictureInput): Promise<Picture> {
  return input instanceof Uint8Array ? decodePicture(input) : toPicture(input.data, input);
}

/** Puts white under what is transparent. */
export async function flattenPicture(picture: Picture): Promise<Picture> {
  if (picture.channels === 3) return picture;
  return fromSharp(toSharp(picture).flatten({ background: "#ffffff" }));
}

/** Brings a picture to a size. Latents are resized elsewhere; for pixels their mode is a stretch. */
export async function fitPicture(picture: Picture, size: Size, mode: ResizeMode): Promise<Picture> {
  switch (mode) {
    case "stretch":
    case "latent":
      return resizePicture(picture, size);
    case "crop":
      return coverPicture(picture, size);
    case "fill":
      return containPicture(picture, size);
  }
}

/** The whole picture in the middle; the bars beside it repeat its outermost rows or columns. */
async function containPicture(picture: Picture, { width, height }: Size): Promise<Picture> {
  const scale = Math.min(width / picture.width, height / picture.height);
  const inner = {
    width: Math.max(1, Math.min(width, Math.round(picture.width * scale))),
    height: Math.max(1, Math.min(height, Math.round(picture.height * scale))),
  };
  const left = Math.floor((width - inner.width) / 2);
  const top = Math.floor((height - inner.height) / 2);
  return extend(await resizePicture(picture, inner), {
    left,
    top,
    right: width - inner.width - left,
    bottom: height - inner.height - top,
  });
}

/** Makes a picture larger to the right and below by repeating its last column and row. */
export async function padPicture(picture: Picture, { width, height }: Size): Promise<Picture> {
  return extend(picture, { left: 0, top: 0, right: width - picture.width, bottom: height - picture.height });
}

interface Borders {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

async function extend(picture: Picture, borders: Borders): Promise<Picture> {
  if (Object.values(borders).every((side) => side === 0)) return picture;
  return fromSharp(toSharp(picture).extend({ ...borders, extendWith: "copy" }));
}
