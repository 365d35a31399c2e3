import { VitrineError, type AnyComponent, type FileRef, type Files } from "@vitrine/core";
import type { Sharp } from "sharp";
import { describeValue } from "./describe-value.ts";
import { loadSharp } from "./load-sharp.ts";
import type { PictureFormat, PictureValue, Pixels } from "./picture-types.ts";
import { readHeader } from "./read-picture.ts";

export interface PictureOutput {
  readonly files: Files;
  readonly component: AnyComponent;
  /** For raw pixels; what is encoded already stays as it is. */
  readonly format: PictureFormat;
}

const mimeTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  heif: "image/avif",
};

/** Keeps a picture that a function returned. Encoded bytes and files are kept byte for byte. @throws VALUE_NOT_SHOWN */
export async function keepPicture(value: PictureValue, output: PictureOutput): Promise<FileRef> {
  const { files, component } = output;
  if (typeof value === "string" || value instanceof URL) {
    return files.keep({ source: { path: String(value) } });
  }
  const bytes = await encode(value, output);
  const header = await readHeader(bytes);
  const mimeType = header && mimeTypes[header.format];
  if (!mimeType) {
    throw new VitrineError("VALUE_NOT_SHOWN", {
      message: `"${component.displayName}" shows a picture, got ${bytes.byteLength} bytes of no known format.`,
      hint: "Return encoded bytes (PNG, JPEG, WebP, …); for raw pixels return { data, width, height, channels }.",
    });
  }
  const extension = mimeType.split("/")[1]?.replace("svg+xml", "svg");
  return files.keep({ source: { bytes }, name: `picture.${extension}`, mimeType });
}

type UnkeptPicture = Exclude<PictureValue, string | URL>;

async function encode(value: UnkeptPicture, { component, format }: PictureOutput): Promise<Uint8Array> {
  if (value instanceof Uint8Array) return value;
  if (isSharp(value)) return encodeSharp(value, format);
  if (isPixels(value)) return encodePixels(value, { component, format });
  throw new VitrineError("VALUE_NOT_SHOWN", {
    message: `"${component.displayName}" shows a picture, got ${describeValue(value)}.`,
    hint: "Return encoded bytes, { data, width, height, channels }, a sharp instance, or the path of a file.",
  });
}

async function encodeSharp(picture: Sharp, format: PictureFormat): Promise<Uint8Array> {
  const { data, info } = await picture.clone().toBuffer({ resolveWithObject: true });
  if (info.format !== "raw") return data;
  const { width, height, channels } = info;
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } }).toFormat(format, quality(format)).toBuffer();
}

async function encodePixels(
  pixels: Pixels,
  { component, format }: Omit<PictureOutput, "files">,
): Promise<Uint8Array> {
  const { data, width, height, channels } = pixels;
  const expected = width * height * channels;
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isWhole || ![1, 2, 3, 4].includes(channels) || data.byteLength !== expected) {
    throw new VitrineError("VALUE_NOT_SHOWN", {
      message: `"${component.displayName}" expected width × height × channels = ${width} × ${height} × ${channels} = ${expected} bytes of pixels, got ${data.byteLength}.`,
      hint: "Give one byte for each channel of each pixel; channels is 1, 2, 3 or 4.",
    });
  }
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } }).toFormat(format, quality(format)).toBuffer();
}

/** What a function computed is not degraded, unless its author chose a format that does. */
function quality(format: PictureFormat): object {
  return format === "webp" ? { lossless: true } : {};
}

/** Not by class: the app may have a copy of sharp of its own. */
function isSharp(value: unknown): value is Sharp {
  if (typeof value !== "object" || value === null) return false;
  return "toBuffer" in value && typeof value.toBuffer === "function" && "clone" in value;
}

function isPixels(value: unknown): value is Pixels {
  if (typeof value !== "object" || value === null) return false;
  return "data" in value && value.data instanceof Uint8Array && "width" in value && "height" in value;
}
