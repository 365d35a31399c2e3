import { StudioError } from "../studio-error.ts";
import { joinBytes, latin1, latin1Bytes, viewOf } from "./bytes.ts";

const exifFlag = 0x08;
const alphaFlag = 0x10;
const exifMark = "Exif\0\0";

/** Whether a file begins as a WebP. */
export function isWebp(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 4)) === "RIFF" && latin1(bytes.subarray(8, 12)) === "WEBP";
}

/** The EXIF block of a WebP. */
export function readWebpExif(webp: Uint8Array): Uint8Array | undefined {
  const data = readChunks(webp).find(({ name }) => name === "EXIF")?.data;
  // Some programs keep the mark that belongs to JPEG.
  return data && latin1(data.subarray(0, exifMark.length)) === exifMark
    ? data.subarray(exifMark.length)
    : data;
}

/** Puts an EXIF block into a WebP in place of its own. The picture itself stays as it is. */
export function writeWebpExif(webp: Uint8Array, exif: Uint8Array): Uint8Array {
  const chunks = readChunks(webp).filter(({ name }) => name !== "EXIF");
  const extended = chunks.find(({ name }) => name === "VP8X")?.data;
  // Not `slice`: of a Buffer that is the same memory, and the source would change.
  const header = extended ? new Uint8Array(extended) : extendedHeader(chunks);
  header[0] = (header[0] ?? 0) | exifFlag;
  const picture = chunks.filter(({ name }) => name !== "VP8X");
  const body = joinBytes([
    chunk("VP8X", header),
    ...picture.filter(({ name }) => name !== "XMP ").map(({ name, data }) => chunk(name, data)),
    chunk("EXIF", exif),
    ...picture.filter(({ name }) => name === "XMP ").map(({ name, data }) => chunk(name, data)),
  ]);
  const head = new Uint8Array(12);
  head.set(latin1Bytes("RIFF"));
  viewOf(head).setUint32(4, body.length + 4, true);
  head.set(latin1Bytes("WEBP"), 8);
  return joinBytes([head, body]);
}

interface WebpChunk {
  readonly name: string;
  readonly data: Uint8Array;
}

function readChunks(webp: Uint8Array): WebpChunk[] {
  const view = viewOf(webp);
  const chunks: WebpChunk[] = [];
  let at = 12;
  while (at + 8 <= webp.length) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > webp.length) break;
    chunks.push({ name: latin1(webp.subarray(at, at + 4)), data: webp.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

/** The header that a simple WebP lacks: flags, then width and height less one in 24 bits each. */
function extendedHeader(chunks: readonly WebpChunk[]): Uint8Array {
  const { width, height, hasAlpha } = readSimpleSize(chunks);
  const header = new Uint8Array(10);
  header[0] = hasAlpha ? alphaFlag : 0;
  const view = viewOf(header);
  view.setUint16(4, (width - 1) & 0xffff, true);
  view.setUint8(6, (width - 1) >> 16);
  view.setUint16(7, (height - 1) & 0xffff, true);
  view.setUint8(9, (height - 1) >> 16);
  return header;
}

function readSimpleSize(chunks: readonly WebpChunk[]): { width: number; height: number; hasAlpha: boolean } {
  const [picture] = chunks;
  if (picture && picture.data.length >= 10) {
    const view = viewOf(picture.data);
    if (picture.name === "VP8 ") {
      return {
        width: view.getUint16(6, true) & 0x3fff,
        height: view.getUint16(8, true) & 0x3fff,
        hasAlpha: false,
      };
    }
    if (picture.name === "VP8L") {
      const bits = view.getUint32(1, true);
      return {
        width: (bits & 0x3fff) + 1,
        height: ((bits >> 14) & 0x3fff) + 1,
        hasAlpha: ((bits >> 28) & 1) === 1,
      };
    }
  }
  throw new StudioError("IMAGE_INVALID", { message: "The WebP picture has no frame that can be read." });
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + data.length + (data.length % 2));
  out.set(latin1Bytes(name));
  viewOf(out).setUint32(4, data.length, true);
  out.set(data, 8);
  return out;
}
