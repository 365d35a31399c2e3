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
  return toPicture(data, width, height, channels);
}

/** Lays a picture on the middle of an opaque black canvas of this size, cutting what stands over. */
export function centreOnCanvas(picture: Picture, { width, height }: Size): Picture {
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
  const part = dropAlpha(cropPicture(picture, box));
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < part.height; row++) {
    const to = ((Math.max(0, top) + row) * width + Math.max(0, left)) * 3;
    data.set(part.data.subarray(row * part.width * 3, (row + 1) * part.width * 3), to);
  }
  return toPicture(data, width, height, 3);
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

/** Mixes two pictures of one size: 0 is all of the first, 1 all of the second. */
export function blendPictures(first: Picture, second: Picture, share: number): Picture {
  const over = first.channels === second.channels ? second : matchChannels(second, first.channels);
  if (over.width !== first.width || over.height !== first.height) {
    throw new StudioError("IMAGE_SHAPE", {
      message: `Expected two pictures of one size, got ${first.width} × ${first.height} and ${over.width} × ${over.height}.`,
    });
  }
  const data = new Uint8Array(first.data.length);
  for (let at = 0; at < data.length; at++) {
    data[at] = Math.round((first.data[at] ?? 0) * (1 - share) + (over.data[at] ?? 0) * share);
  }
  return toPicture(data, first.width, first.height, first.channels);
}

/** The colours alone. */
export function dropAlpha(picture: Picture): Picture {
  return matchChannels(picture, 3);
}

function matchChannels(picture: Picture, channels: 3 | 4): Picture {
  if (picture.channels === channels) return picture;
  const pixels = picture.width * picture.height;
  const data = new Uint8Array(pixels * channels).fill(255);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * picture.channels;
    data.set(picture.data.subarray(from, from + 3), pixel * channels);
  }
  return toPicture(data, picture.width, picture.height, channels);
}
