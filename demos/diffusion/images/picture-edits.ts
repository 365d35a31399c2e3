import { setImmediate } from "node:timers/promises";
import { StudioError } from "../studio-error.ts";
import { fromSharp, requirePixels, toPicture, toSharp, type Picture } from "./picture.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Stretches a picture to exactly this size. */
export async function resizePicture(
  picture: Picture,
  { width, height }: Size,
  kernel: "nearest" | "lanczos3" | "linear" = "lanczos3",
): Promise<Picture> {
  requirePixels(width, height);
  if (width === picture.width && height === picture.height) return picture;
  return fromSharp(toSharp(picture).resize(width, height, { fit: "fill", kernel }));
}

/** Cuts a box out of a picture. The box must lie inside. */
export function cropPicture(picture: Picture, { left, top, width, height }: Box): Picture {
  requirePixels(width, height);
  if (left < 0 || top < 0 || left + width > picture.width || top + height > picture.height) {
    throw new StudioError("IMAGE_SHAPE", {
      message: `Expected a box inside ${picture.width} × ${picture.height}, got ${width} × ${height} at ${left}, ${top}.`,
    });
  }
  const { channels } = picture;
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * channels;
    data.set(picture.data.subarray(from, from + width * channels), row * width * channels);
  }
  return toPicture(data, { width, height, channels });
}

/** Lays a picture on the middle of an opaque black canvas of this size, cutting what stands over. */
export async function centreOnCanvas(picture: Picture, { width, height }: Size): Promise<Picture> {
  requirePixels(width, height);
  const left = Math.trunc(width / 2) - Math.trunc(picture.width / 2);
  const top = Math.trunc(height / 2) - Math.trunc(picture.height / 2);
  const cutLeft = Math.max(0, -left);
  const cutTop = Math.max(0, -top);
  const box = {
    left: cutLeft,
    top: cutTop,
    width: Math.min(picture.width - cutLeft, width - Math.max(0, left)),
    height: Math.min(picture.height - cutTop, height - Math.max(0, top)),
  };
  const part = await dropAlpha(cropPicture(picture, box));
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < part.height; row++) {
    const to = ((Math.max(0, top) + row) * width + Math.max(0, left)) * 3;
    data.set(part.data.subarray(row * part.width * 3, (row + 1) * part.width * 3), to);
  }
  return toPicture(data, { width, height, channels: 3 });
}

/** Scales a picture until it covers the size, then cuts the middle out. */
export async function coverPicture(picture: Picture, { width, height }: Size): Promise<Picture> {
  requirePixels(width, height);
  return fromSharp(
    toSharp(picture).resize(width, height, { fit: "cover", position: "centre", kernel: "lanczos3" }),
  );
}

/** Mirrors a picture: `x` swaps left and right, `y` top and bottom. */
export async function flipPicture(picture: Picture, axis: "x" | "y" | "both"): Promise<Picture> {
  const image = toSharp(picture);
  return fromSharp(image.flop(axis !== "y").flip(axis !== "x"));
}

/** Bytes mixed at a time, so that nothing else has to wait long. */
const mixedAtOnce = 2 ** 21;

/** Mixes two pictures of one size: 0 is all of the first, 1 all of the second. */
export async function blendPictures(first: Picture, second: Picture, share: number): Promise<Picture> {
  const over = first.channels === 4 ? await addAlpha(second) : await dropAlpha(second);
  if (over.width !== first.width || over.height !== first.height) {
    throw new StudioError("IMAGE_SHAPE", {
      message: `Expected two pictures of one size, got ${first.width} × ${first.height} and ${over.width} × ${over.height}.`,
    });
  }
  const data = new Uint8Array(first.data.length);
  for (let from = 0; from < data.length; from += mixedAtOnce) {
    const end = Math.min(data.length, from + mixedAtOnce);
    for (let at = from; at < end; at++) {
      data[at] = Math.round((first.data[at] ?? 0) * (1 - share) + (over.data[at] ?? 0) * share);
    }
    await setImmediate();
  }
  return toPicture(data, { width: first.width, height: first.height, channels: first.channels });
}

/** The colours alone. */
export async function dropAlpha(picture: Picture): Promise<Picture> {
  return picture.channels === 3 ? picture : fromSharp(toSharp(picture).removeAlpha());
}

async function addAlpha(picture: Picture): Promise<Picture> {
  return picture.channels === 4 ? picture : fromSharp(toSharp(picture).ensureAlpha());
}
