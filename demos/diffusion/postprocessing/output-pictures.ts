import { readFile } from "node:fs/promises";
import { extname, join, parse } from "node:path";
import { buildPairs } from "../images/infotext.ts";
import { formatOf, postprocessingKey, writeTexts, type PictureTexts } from "../images/metadata.ts";
import { encodePicture, type Picture, type PictureFormat } from "../images/picture.ts";
import { nextFileNumber, saveFile } from "../images/save-file.ts";
import type { PostprocessedImage } from "./postprocessed-image.ts";

/**
 * What happens to a caption that lies beside the saved picture already: `Ignore` writes the new one, `Keep`
 * leaves the old one, `Prepend` and `Append` put the old one before or behind the new one.
 */
export type ExistingCaption = "Ignore" | "Keep" | "Prepend" | "Append";

export interface OutputOptions {
  /** Format of changed pictures. An untouched picture keeps its file. @default "png" */
  readonly format?: PictureFormat;
  /** Quality of JPEG and WebP, 1 to 100. @default 80 */
  readonly quality?: number;
  /** Whether WebP keeps every pixel. @default false */
  readonly isLossless?: boolean;
  /** Whether metadata is written into results. @default true */
  readonly writesTexts?: boolean;
  /** Whether results are named after their source; else they are numbered. @default true */
  readonly keepsName?: boolean;
  /** @default "Ignore" */
  readonly existingCaption?: ExistingCaption;
  /** What happens to a file of the same name. @default "number" */
  readonly existing?: "replace" | "number";
}

/** The source of results: what came in, and what it was decoded to. */
export interface SourcePicture {
  /** Without folder and extension; empty for none. */
  readonly baseName: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly picture: Picture;
}

export interface EncodedOutput {
  readonly bytes: Uint8Array;
  /** With the dot. */
  readonly extension: string;
  /** What was done, as text. */
  readonly infotext: string;
}

const extensions: Readonly<Record<PictureFormat, string>> = { png: ".png", jpeg: ".jpg", webp: ".webp" };
/** Longest side each format can hold. */
const longestSides: Readonly<Record<PictureFormat, number>> = {
  png: Number.POSITIVE_INFINITY,
  jpeg: 65_535,
  webp: 16_383,
};

/** The file of one result. A picture that no script has changed keeps the bytes of its pixels. */
export async function encodeOutput(
  source: SourcePicture,
  pp: PostprocessedImage<Picture>,
  options: OutputOptions,
): Promise<EncodedOutput> {
  const infotext = buildPairs(pp.info);
  const texts = options.writesTexts === false ? new Map<string, string>() : joinTexts(pp.texts, infotext);
  if (pp.image === source.picture) {
    // Its texts are in the file already; only what was done is new.
    const added = infotext === "" ? new Map<string, string>() : texts;
    return { bytes: writeTexts(source.bytes, added), extension: extensionOf(source), infotext };
  }
  const format = fittingFormat(pp.image, options.format ?? "png");
  const { quality = 80, isLossless = false } = options;
  const bytes = await encodePicture(pp.image, { format, quality, isLossless });
  return { bytes: writeTexts(bytes, texts), extension: extensions[format], infotext };
}

/**
 * Saves one result, and its caption beside it.
 *
 * @returns the picture's path
 */
export async function saveOutput(
  { bytes, extension }: EncodedOutput,
  {
    folder,
    baseName,
    suffix,
    caption,
  }: { folder: string; baseName: string; suffix: string; caption: string | undefined },
  options: OutputOptions,
): Promise<string> {
  const base = baseName !== "" && options.keepsName !== false ? baseName : await numberedName(folder);
  const path = await saveFile(bytes, {
    folder,
    base,
    ending: `${suffix}${extension}`,
    existing: options.existing ?? "number",
  });
  if (caption) await saveCaption(path, caption, options.existingCaption ?? "Ignore");
  return path;
}

async function numberedName(folder: string): Promise<string> {
  return String(await nextFileNumber(folder)).padStart(5, "0");
}

async function saveCaption(picturePath: string, caption: string, action: ExistingCaption): Promise<void> {
  const { dir, name } = parse(picturePath);
  const old = await readFile(join(dir, `${name}.txt`), "utf8").then(
    (text) => text.trim(),
    () => "",
  );
  const text = joinCaptions(old, caption.trim(), action).trim();
  if (text === "" || text === old) return;
  await saveFile(text, { folder: dir, base: name, ending: ".txt", existing: "replace" });
}

function joinCaptions(old: string, caption: string, action: ExistingCaption): string {
  switch (action) {
    case "Ignore":
      return caption;
    case "Keep":
      return old === "" ? caption : old;
    case "Prepend":
      return `${old} ${caption}`;
    case "Append":
      return `${caption} ${old}`;
  }
}

function joinTexts(texts: PictureTexts, infotext: string): Map<string, string> {
  return new Map(infotext === "" ? texts : [...texts, [postprocessingKey, infotext]]);
}

function fittingFormat({ width, height }: Picture, format: PictureFormat): PictureFormat {
  return Math.max(width, height) <= longestSides[format] ? format : "png";
}

function extensionOf({ bytes, fileName }: SourcePicture): string {
  const format = formatOf(bytes);
  return format ? extensions[format] : extname(fileName).toLowerCase() || ".bin";
}
