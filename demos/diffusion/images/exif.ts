import { joinBytes, latin1, viewOf } from "./bytes.ts";
import { decodeUserComment, encodeUserComment } from "./user-comment.ts";

/** What the studio keeps in a picture's EXIF. */
export interface ExifTexts {
  /** The text other programs show as the picture's comment. */
  readonly comment: string | undefined;
  /** All texts by keyword, where this studio wrote them. */
  readonly items: ReadonlyMap<string, string> | undefined;
}

const exifPointerTag = 0x8769;
const userCommentTag = 0x9286;
/** In the range that TIFF leaves to private use. */
const studioTag = 0xff29;
const studioMark = "Vitrine\0";
const entrySize = 12;
const undefinedType = 7;
const longType = 4;
/** Bytes of one value of each TIFF type, from type 1 on. */
const typeSizes = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** Reads the texts of an EXIF block. What is broken counts as not there. */
export function readExif(exif: Uint8Array): ExifTexts {
  try {
    const tiff = openTiff(exif);
    const entries = readExifEntries(tiff);
    const comment = entries.find(({ tag }) => tag === userCommentTag);
    return {
      comment: comment && decodeUserComment(valueOf(tiff, comment)),
      items: readStudioRecord(tiff, entries)?.items,
    };
  } catch {
    return { comment: undefined, items: undefined };
  }
}

/**
 * Writes texts into an EXIF block. Everything else in it stays where it is: new directories are added behind,
 * and those of an earlier writing of this studio are cut off first, so that it does not grow.
 */
export function writeExif(
  exif: Uint8Array | undefined,
  texts: { comment: string; items: ReadonlyMap<string, string> },
): Uint8Array {
  const base = exif ? originalTiff(exif) : undefined;
  return appendDirectories(base ?? emptyTiff(), texts, base !== undefined);
}

interface Tiff {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly isLittle: boolean;
  /** Where the first directory is. */
  readonly first: number;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** The four bytes of the entry: the value itself, or where it is. */
  readonly field: Uint8Array;
}

/** What the studio remembers in its own tag. */
interface StudioRecord {
  readonly items: ReadonlyMap<string, string>;
  /** Length of the block before the studio wrote into it, 0 if there was none, and its first directory. */
  readonly baseLength: number;
  readonly baseFirst: number;
}

function openTiff(bytes: Uint8Array): Tiff {
  const order = latin1(bytes.subarray(0, 2));
  const isLittle = order === "II";
  const view = viewOf(bytes);
  if ((!isLittle && order !== "MM") || view.getUint16(2, isLittle) !== 42)
    throw new RangeError("No EXIF block.");
  return { bytes, view, isLittle, first: view.getUint32(4, isLittle) };
}

function emptyTiff(): Tiff {
  return openTiff(Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 0));
}

function readEntries({ bytes, view, isLittle }: Tiff, at: number): Entry[] {
  const count = view.getUint16(at, isLittle);
  return Array.from({ length: count }, (_, index) => {
    const from = at + 2 + index * entrySize;
    return {
      tag: view.getUint16(from, isLittle),
      type: view.getUint16(from + 2, isLittle),
      count: view.getUint32(from + 4, isLittle),
      field: bytes.slice(from + 8, from + entrySize),
    };
  });
}

function readExifEntries(tiff: Tiff): Entry[] {
  const pointer = readEntries(tiff, tiff.first).find(({ tag }) => tag === exifPointerTag);
  return pointer ? readEntries(tiff, viewOf(pointer.field).getUint32(0, tiff.isLittle)) : [];
}

function valueOf({ bytes, isLittle }: Tiff, { type, count, field }: Entry): Uint8Array {
  const length = count * (typeSizes[type - 1] ?? 1);
  if (length <= 4) return field.subarray(0, length);
  const at = viewOf(field).getUint32(0, isLittle);
  if (at + length > bytes.length) throw new RangeError("A value lies outside the EXIF block.");
  return bytes.subarray(at, at + length);
}

/** The block as it was before this studio wrote into it; undefined when it is broken or was not there. */
function originalTiff(exif: Uint8Array): Tiff | undefined {
  try {
    const tiff = openTiff(exif);
    const record = readStudioRecord(tiff, readExifEntries(tiff));
    if (!record) return tiff;
    if (record.baseLength === 0) return undefined;
    const bytes = exif.slice(0, record.baseLength);
    viewOf(bytes).setUint32(4, record.baseFirst, tiff.isLittle);
    return openTiff(bytes);
  } catch {
    return undefined;
  }
}

function readStudioRecord(tiff: Tiff, entries: readonly Entry[]): StudioRecord | undefined {
  const entry = entries.find(({ tag }) => tag === studioTag);
  if (!entry) return undefined;
  const text = new TextDecoder().decode(valueOf(tiff, entry));
  if (!text.startsWith(studioMark)) return undefined;
  const record: unknown = JSON.parse(text.slice(studioMark.length));
  if (!Array.isArray(record)) return undefined;
  const [baseLength, baseFirst, items]: unknown[] = record;
  if (typeof baseLength !== "number" || typeof baseFirst !== "number" || !Array.isArray(items))
    return undefined;
  return { baseLength, baseFirst, items: new Map(items.filter(isTextPair)) };
}

function isTextPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

function appendDirectories(
  base: Tiff,
  { comment, items }: { comment: string; items: ReadonlyMap<string, string> },
  keepsBase: boolean,
): Uint8Array {
  const { isLittle } = base;
  const record = `${studioMark}${JSON.stringify([keepsBase ? base.bytes.length : 0, base.first, [...items]])}`;
  const appender = new Appender(base);
  const own = [
    appender.addValue(userCommentTag, encodeUserComment(comment)),
    appender.addValue(studioTag, new TextEncoder().encode(record)),
  ];
  const exifEntries = keepsBase ? readExifEntries(base) : [];
  const exifAt = appender.addDirectory(replaceEntries(exifEntries, own), 0);
  const pointer = { tag: exifPointerTag, type: longType, count: 1, field: uint32(exifAt, isLittle) };
  const firstEntries = keepsBase ? readEntries(base, base.first) : [];
  // The directory behind the first holds the thumbnail.
  const next = keepsBase
    ? base.view.getUint32(base.first + 2 + firstEntries.length * entrySize, isLittle)
    : 0;
  const firstAt = appender.addDirectory(replaceEntries(firstEntries, [pointer]), next);
  const bytes = appender.finish();
  viewOf(bytes).setUint32(4, firstAt, isLittle);
  return bytes;
}

/** Directories are sorted by tag. */
function replaceEntries(entries: readonly Entry[], own: readonly Entry[]): Entry[] {
  const tags = own.map(({ tag }) => tag);
  return [...entries.filter(({ tag }) => !tags.includes(tag)), ...own].sort(
    (first, second) => first.tag - second.tag,
  );
}

/** Adds to the end of a block, at even places as TIFF wants. */
class Appender {
  private readonly parts: Uint8Array[];
  private length: number;
  private readonly isLittle: boolean;

  constructor(base: Tiff) {
    this.parts = [base.bytes];
    this.length = base.bytes.length;
    this.isLittle = base.isLittle;
  }

  addValue(tag: number, value: Uint8Array): Entry {
    const field = uint32(this.add(value), this.isLittle);
    return { tag, type: undefinedType, count: value.length, field };
  }

  addDirectory(entries: readonly Entry[], next: number): number {
    const bytes = new Uint8Array(2 + entries.length * entrySize + 4);
    const view = viewOf(bytes);
    view.setUint16(0, entries.length, this.isLittle);
    entries.forEach(({ tag, type, count, field }, index) => {
      const at = 2 + index * entrySize;
      view.setUint16(at, tag, this.isLittle);
      view.setUint16(at + 2, type, this.isLittle);
      view.setUint32(at + 4, count, this.isLittle);
      bytes.set(field, at + 8);
    });
    view.setUint32(bytes.length - 4, next, this.isLittle);
    return this.add(bytes);
  }

  finish(): Uint8Array {
    return joinBytes(this.parts);
  }

  private add(bytes: Uint8Array): number {
    if (this.length % 2 === 1) {
      this.parts.push(new Uint8Array(1));
      this.length += 1;
    }
    const at = this.length;
    this.parts.push(bytes);
    this.length += bytes.length;
    return at;
  }
}

function uint32(value: number, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, isLittle);
  return bytes;
}
