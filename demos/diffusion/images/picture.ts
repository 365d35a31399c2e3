import sharp, { type Sharp } from "sharp";
import { StudioError } from "../studio-error.ts";

/** A decoded picture: 8 bits a channel, sRGB, rows from the top. Passed between scripts as it is. */
export interface Picture extends PictureShape {
  /** width × height × channels bytes. Never changed in place. */
  readonly data: Uint8Array;
}

export interface PictureShape {
  readonly width: number;
  readonly height: number;
  /** 3: red, green, blue; 4: and alpha, not premultiplied. */
  readonly channels: 3 | 4;
}

/** Formats a result can be saved in. */
export type PictureFormat = "png" | "jpeg" | "webp";

export interface EncodeOptions {
  readonly format: PictureFormat;
  /** Quality of JPEG and WebP, 1 to 100. @default 80 */
  readonly quality?: number;
  /** Whether WebP keeps every pixel. @default false */
  readonly isLossless?: boolean;
}

/** Most pixels a picture may have, read or made: 8192 × 8192. */
export const maxPixels = 8192 * 8192;

/**
 * Decodes a file, upright as its EXIF orientation says.
 *
 * @throws {StudioError} `IMAGE_INVALID` when it is no picture, `IMAGE_TOO_LARGE` above 67 million pixels; the
 *   size is read from the header, before anything is decoded.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  const { width, height } = await readSize(bytes);
  requirePixels(width, height);
  try {
    return await fromSharp(open(bytes).autoOrient());
  } catch (cause) {
    throw new StudioError("IMAGE_INVALID", {
      message: "The picture cannot be decoded; it may be cut off.",
      cause,
    });
  }
}

/** Encodes a picture, without metadata. JPEG gets a white background where the picture is transparent. */
export async function encodePicture(picture: Picture, options: EncodeOptions): Promise<Uint8Array> {
  const { format, quality = 80, isLossless = false } = options;
  const pixels = toSharp(picture);
  switch (format) {
    case "png":
      return pixels.png({ compressionLevel: 6 }).toBuffer();
    case "jpeg":
      return pixels.flatten({ background: "#ffffff" }).jpeg({ quality }).toBuffer();
    case "webp":
      return pixels.webp(isLossless ? { lossless: true, exact: true } : { quality }).toBuffer();
  }
}

/**
 * Checks and wraps raw pixels.
 *
 * @throws {StudioError} `IMAGE_SHAPE` when the number of bytes does not fit.
 */
export function toPicture(data: Uint8Array, shape: PictureShape): Picture {
  const { width, height, channels } = shape;
  if (data.length !== width * height * channels || data.length === 0) {
    throw new StudioError("IMAGE_SHAPE", {
      message: `Expected ${width} × ${height} × ${channels} bytes of picture, got ${data.length}.`,
    });
  }
  return { width, height, channels, data };
}

/** Pixels as sharp takes them; nothing is copied or encoded. */
export function toSharp({ data, width, height, channels }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: maxPixels });
}

/** Pixels as sharp gives them, as sRGB of 8 bits whatever they were. */
export async function fromSharp(image: Sharp): Promise<Picture> {
  const pixels = image.toColourspace("srgb").raw({ depth: "uchar" });
  const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
  return toPicture(data, { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 });
}

/** @throws {StudioError} `IMAGE_TOO_LARGE` when a picture of this size would have too many pixels. */
export function requirePixels(width: number, height: number): void {
  const isSize = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  if (isSize && width * height <= maxPixels && Math.max(width, height) <= 65_535) return;
  throw new StudioError("IMAGE_TOO_LARGE", {
    message: `A picture may have 1 to ${maxPixels} pixels and 65535 a side; ${width} × ${height} was asked for.`,
  });
}

function open(bytes: Uint8Array): Sharp {
  // Only the first frame of an animation; no limit here, because the size was checked with a better message.
  return sharp(bytes, { limitInputPixels: false, failOn: "error", pages: 1 });
}

async function readSize(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    const { width, height } = await open(bytes).metadata();
    return { width, height };
  } catch (cause) {
    throw new StudioError("IMAGE_INVALID", { message: "The file is no picture that can be read.", cause });
  }
}
