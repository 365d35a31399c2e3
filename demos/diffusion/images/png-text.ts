import { crc32, inflateSync } from "node:zlib";
import { StudioError } from "../studio-error.ts";
import { joinBytes, latin1, latin1Bytes, viewOf } from "./bytes.ts";

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
/** Longest text one chunk may unpack to. */
const maxTextBytes = 16 * 1024 * 1024;

/** Whether a file begins as a PNG. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/** Width and height as the header says; zeros where it is cut off. */
export function readPngSize(png: Uint8Array): { readonly width: number; readonly height: number } {
  if (png.length < 24) return { width: 0, height: 0 };
  const view = viewOf(png);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Every text in a PNG by its keyword, in the order of the file. Broken chunks are passed over. */
export function readPngText(png: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { type, data } of readChunks(png)) {
    const entry = readTextChunk(type, data);
    if (entry) texts.set(entry.keyword, entry.text);
  }
  return texts;
}

/**
 * Writes texts into a PNG, in front of its pixels, which stay as they are. A text of the same keyword is
 * replaced; others are kept.
 *
 * @throws {StudioError} `METADATA_INVALID` when a keyword is empty, longer than 79 characters or not Latin-1.
 */
export function writePngText(png: Uint8Array, texts: ReadonlyMap<string, string>): Uint8Array {
  const parts: Uint8Array[] = [signature];
  for (const { type, data, whole } of readChunks(png)) {
    const entry = readTextChunk(type, data);
    if (!entry || !texts.has(entry.keyword)) parts.push(whole);
    if (type === "IHDR") for (const [keyword, text] of texts) parts.push(textChunk(keyword, text));
  }
  return joinBytes(parts);
}

interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Length, type, data and checksum. */
  readonly whole: Uint8Array;
}

/** The chunks of a PNG up to its end, or to where it is cut off. */
function* readChunks(png: Uint8Array): Generator<PngChunk> {
  const view = viewOf(png);
  let at = signature.length;
  while (at + 12 <= png.length) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > png.length) return;
    const type = latin1(png.subarray(at + 4, at + 8));
    yield { type, data: png.subarray(at + 8, end - 4), whole: png.subarray(at, end) };
    if (type === "IEND") return;
    at = end;
  }
}

interface TextEntry {
  readonly keyword: string;
  readonly text: string;
}

function readTextChunk(type: string, data: Uint8Array): TextEntry | undefined {
  const end = data.indexOf(0);
  if (end < 1) return undefined;
  const keyword = latin1(data.subarray(0, end));
  const rest = data.subarray(end + 1);
  try {
    if (type === "tEXt") return { keyword, text: latin1(rest) };
    if (type === "zTXt") return { keyword, text: latin1(unpack(rest.subarray(1))) };
    if (type === "iTXt") return { keyword, text: readInternational(rest) };
  } catch {
    // A broken chunk is no reason to refuse the picture or its other texts.
  }
  return undefined;
}

/** Flag, method, language, translated keyword, then the text. */
function readInternational(data: Uint8Array): string {
  const languageEnd = data.indexOf(0, 2);
  const translatedEnd = data.indexOf(0, languageEnd + 1);
  if (languageEnd < 0 || translatedEnd < 0) throw new RangeError("An iTXt chunk ends too early.");
  const text = data.subarray(translatedEnd + 1);
  return new TextDecoder("utf-8", { fatal: true }).decode(data[0] === 1 ? unpack(text) : text);
}

function unpack(data: Uint8Array): Uint8Array {
  return inflateSync(data, { maxOutputLength: maxTextBytes });
}

function textChunk(keyword: string, text: string): Uint8Array {
  if (!isLatin1(keyword) || keyword.length < 1 || keyword.length > 79) {
    throw new StudioError("METADATA_INVALID", {
      message: `Expected a keyword of 1 to 79 Latin characters for a text in a PNG, got "${keyword.slice(0, 100)}".`,
    });
  }
  const head = latin1Bytes(`${keyword}\0`);
  if (isLatin1(text)) return chunk("tEXt", joinBytes([head, latin1Bytes(text)]));
  return chunk("iTXt", joinBytes([head, new Uint8Array(4), new TextEncoder().encode(text)]));
}

/** No character above 255, and no NUL, which would end the text. */
function isLatin1(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the range is what Latin-1 is
  return /^[\u0001-\u00ff]*$/.test(text);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  out.set(latin1Bytes(type), 4);
  out.set(data, 8);
  const view = viewOf(out);
  view.setUint32(0, data.length);
  view.setUint32(data.length + 8, crc32(out.subarray(4, data.length + 8)));
  return out;
}
