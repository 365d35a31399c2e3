import sharp from "sharp";
import { readExif, writeExif } from "./exif.ts";
import { isGif, readGifComment } from "./gif-comment.ts";
import { isJpeg, readJpegExif, writeJpegExif } from "./jpeg-exif.ts";
import { parametersOfNovelAi } from "./novel-ai.ts";
import type { PictureFormat } from "./picture.ts";
import { isPng, readPngSize, readPngText, writePngText } from "./png-text.ts";
import { isWebp, readWebpExif, writeWebpExif } from "./webp-exif.ts";

/** Texts that travel with a picture, by keyword: `parameters`, `postprocessing`, and what else was there. */
export type PictureTexts = ReadonlyMap<string, string>;

/** Keyword of the generation parameters. */
export const parametersKey = "parameters";
/** Keyword of what postprocessing did. */
export const postprocessingKey = "postprocessing";

/** The format of a file that can hold texts, by its first bytes. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  if (isPng(bytes)) return "png";
  if (isJpeg(bytes)) return "jpeg";
  return isWebp(bytes) ? "webp" : undefined;
}

/** Reads the texts of a picture. A picture whose metadata is broken, or that has none, has no texts. */
export async function readTexts(bytes: Uint8Array): Promise<PictureTexts> {
  if (isPng(bytes)) {
    const texts = readPngText(bytes);
    if (!texts.has(parametersKey)) await addExifTexts(texts, await readOtherExif(bytes));
    const translated = texts.has(parametersKey) ? undefined : parametersOfNovelAi(texts, readPngSize(bytes));
    if (translated !== undefined) texts.set(parametersKey, translated);
    return texts;
  }
  const texts = new Map<string, string>();
  if (isGif(bytes)) {
    const comment = readGifComment(bytes);
    return comment === undefined ? texts : texts.set(parametersKey, comment);
  }
  const exif = isJpeg(bytes)
    ? readJpegExif(bytes)
    : isWebp(bytes)
      ? readWebpExif(bytes)
      : await readOtherExif(bytes);
  await addExifTexts(texts, exif);
  return texts;
}

/**
 * Writes texts into an encoded PNG, JPEG or WebP without touching its pixels. Texts of other keywords that a
 * PNG already has are kept.
 *
 * JPEG and WebP have one comment: it holds the parameters followed by what postprocessing did, so that other
 * programs find both, and a tag of the studio's own holds every text apart.
 *
 * @throws {StudioError} `METADATA_TOO_LARGE` for more than a JPEG can hold.
 */
export function writeTexts(bytes: Uint8Array, texts: PictureTexts): Uint8Array {
  if (texts.size === 0) return bytes;
  const exif = { comment: joinComment(texts), items: texts };
  if (isPng(bytes)) return writePngText(bytes, texts);
  if (isJpeg(bytes)) return writeJpegExif(bytes, writeExif(readJpegExif(bytes), exif));
  if (isWebp(bytes)) return writeWebpExif(bytes, writeExif(readWebpExif(bytes), exif));
  return bytes;
}

async function addExifTexts(texts: Map<string, string>, exif: Uint8Array | undefined): Promise<void> {
  if (!exif) return;
  const { comment, items } = readExif(exif);
  for (const [key, text] of items ?? []) texts.set(key, text);
  // Another program that changed the comment has the last word.
  const isOwn = items !== undefined && comment === joinComment(items);
  if (comment !== undefined && !isOwn) texts.set(parametersKey, comment);
}

function joinComment(texts: PictureTexts): string {
  const parameters = texts.get(parametersKey);
  const postprocessing = texts.get(postprocessingKey);
  return [parameters, postprocessing].filter((part) => part !== undefined && part !== "").join(", ");
}

/** The EXIF block of AVIF, TIFF and other files. */
async function readOtherExif(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const { exif } = await sharp(bytes).metadata();
    return exif && exif.subarray(0, 4).toString("latin1") === "Exif" ? exif.subarray(6) : exif;
  } catch {
    return undefined;
  }
}
