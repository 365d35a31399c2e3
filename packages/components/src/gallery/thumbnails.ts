import { readFile } from "node:fs/promises";
import type { FileId, FileRef, Files } from "@vitrine/core";
import type { GalleryItem } from "./gallery-payload.ts";
import { loadSharp } from "../shared/load-sharp.ts";
import { defaultMaxPixels, readHeader } from "../shared/read-picture.ts";

/** Longer side of a thumbnail in pixels: sharp in a grid of two columns on a fine screen. */
const thumbnailSize = 640;
/** Originals up to this are their own thumbnail. */
const smallBytes = 48 * 1024;

export type Thumbnail = Pick<GalleryItem, "thumbnail" | "width" | "height">;

/** A gallery that grows by one picture with each yield makes one thumbnail with each yield. */
const known = new WeakMap<Files, Map<FileId, Promise<Thumbnail>>>();

/** The size of a kept picture, and a WebP to show in its place in a grid when it is big. */
export async function thumbnailOf(ref: FileRef, files: Files): Promise<Thumbnail> {
  let ofFiles = known.get(files);
  if (!ofFiles) {
    ofFiles = new Map();
    known.set(files, ofFiles);
  }
  const before = await ofFiles.get(ref.id)?.catch(() => undefined);
  if (before && (await isKept(before, files))) return before;
  const made = makeThumbnail(ref, files);
  ofFiles.set(ref.id, made);
  return made;
}

/** A session's oldest files give way to new ones. */
async function isKept({ thumbnail }: Thumbnail, files: Files): Promise<boolean> {
  return (
    thumbnail === null ||
    files.open(thumbnail).then(
      () => true,
      () => false,
    )
  );
}

async function makeThumbnail(ref: FileRef, files: Files): Promise<Thumbnail> {
  const { path } = await files.open(ref);
  const bytes = await readFile(path);
  const header = await readHeader(bytes);
  if (!header?.width || !header.height) return { thumbnail: null, width: null, height: null };
  const { width, height } = header.autoOrient;
  const isSmall = Math.max(width, height) <= thumbnailSize || ref.sizeBytes <= smallBytes;
  // A drawing is sharp at every size, and an animation would stand still.
  const staysItself = isSmall || header.format === "svg" || (header.pages ?? 1) > 1;
  if (staysItself || width * height > defaultMaxPixels) return { thumbnail: null, width, height };
  const sharp = await loadSharp();
  const small = await sharp(bytes, { failOn: "none" })
    .autoOrient()
    .resize({ width: thumbnailSize, height: thumbnailSize, fit: "inside" })
    .webp({ quality: 82 })
    .toBuffer();
  const name = `${ref.name.replace(/\.[^.]*$/, "")}.webp`;
  return {
    thumbnail: await files.keep({ source: { bytes: small }, name, mimeType: "image/webp" }),
    width,
    height,
  };
}
