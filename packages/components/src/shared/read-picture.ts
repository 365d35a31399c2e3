import { readFile } from "node:fs/promises";
import { VitrineError, type AnyComponent, type StoredFile } from "@vitrine/core";
import type { Metadata } from "sharp";
import { loadSharp } from "./load-sharp.ts";
import type { Pixels } from "./picture-types.ts";

/** Largest picture taken when the options name no limit: 100 megapixels, 400 MB once decoded. */
export const defaultMaxPixels = 100_000_000;

const readableFormats: ReadonlySet<string> = new Set(["png", "jpeg", "webp", "gif", "tiff", "svg"]);

export interface PictureLimits {
  readonly component: AnyComponent;
  readonly maxPixels: number;
}

/**
 * Makes sure that a file a visitor sent is a picture that may be decoded. Only its header is read, so that a small
 * file that would unfold into a huge picture costs nothing.
 *
 * @throws IMAGE_INVALID, IMAGE_TOO_LARGE
 */
export async function assertPicture(
  file: StoredFile,
  { component, maxPixels }: PictureLimits,
): Promise<Metadata> {
  if (!file.mimeType.startsWith("image/")) throw invalid(component, `a file of type ${file.mimeType}`);
  const header = await readHeader(file.path);
  if (!header) throw invalid(component, "a file that cannot be read as one");
  if (!isReadable(header))
    throw invalid(component, `one of a format that cannot be decoded (${header.format})`);
  // Of an animation every frame is a picture.
  const pixels = header.width * header.height * (header.pages ?? 1);
  if (pixels <= maxPixels) return header;
  throw new VitrineError("IMAGE_TOO_LARGE", {
    message: `"${component.displayName}" expected a picture of at most ${inMegapixels(maxPixels)}, got ${header.width} × ${header.height} pixels${(header.pages ?? 1) > 1 ? ` in ${header.pages} frames` : ""}.`,
  });
}

/** The picture as red, green, blue (and alpha), turned upright as its EXIF data say. @throws IMAGE_INVALID */
export async function decodePixels(
  file: StoredFile,
  { component, maxPixels }: PictureLimits,
): Promise<Pixels> {
  try {
    // By content, not by path: an SVG then has no folder whose files it could draw.
    const sharp = await loadSharp();
    const picture = sharp(await readFile(file.path), { limitInputPixels: maxPixels, failOn: "error" });
    const { data, info } = await picture
      .autoOrient()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels as Pixels["channels"] };
  } catch (cause) {
    throw new VitrineError("IMAGE_INVALID", {
      message: `"${component.displayName}" expected a picture, got one that is damaged.`,
      cause,
    });
  }
}

/** What the header of a picture says; undefined when there is none. */
export async function readHeader(source: string | Uint8Array): Promise<Metadata | undefined> {
  try {
    const sharp = await loadSharp();
    return await sharp(source, { limitInputPixels: false, failOn: "error" }).metadata();
  } catch {
    return undefined;
  }
}

function isReadable(header: Metadata): boolean {
  // The HEIC of phones has the same container as AVIF, and a codec that is not free to ship.
  if (header.format === "heif") return header.compression === "av1";
  return readableFormats.has(header.format);
}

function invalid(component: AnyComponent, came: string): VitrineError {
  return new VitrineError("IMAGE_INVALID", {
    message: `"${component.displayName}" expected a picture, got ${came}.`,
  });
}

function inMegapixels(pixels: number): string {
  return pixels >= 1_000_000 ? `${Math.floor(pixels / 1_000_000)} megapixels` : `${pixels} pixels`;
}
