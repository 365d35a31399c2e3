import { StudioError } from "../studio-error.ts";
import { joinBytes, latin1, latin1Bytes, viewOf } from "./bytes.ts";

const exifMark = "Exif\0\0";
const app0 = 0xe0;
const app1 = 0xe1;
const startOfScan = 0xda;
/** A segment's length has 16 bits and counts itself. */
const maxPayload = 65_533;

/** Whether a file begins as a JPEG. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** The EXIF block of a JPEG. */
export function readJpegExif(jpeg: Uint8Array): Uint8Array | undefined {
  return readSegments(jpeg).find(isExif)?.payload.subarray(exifMark.length);
}

/**
 * Puts an EXIF block into a JPEG in place of its own. The picture itself stays as it is.
 *
 * @throws {StudioError} `METADATA_TOO_LARGE` when the block does not fit into a segment of 64 KiB.
 */
export function writeJpegExif(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  const payload = joinBytes([latin1Bytes(exifMark), exif]);
  if (payload.length > maxPayload) {
    throw new StudioError("METADATA_TOO_LARGE", {
      message: `A JPEG holds at most 64 KiB of metadata; this picture's would need ${Math.ceil(payload.length / 1024)} KiB.`,
    });
  }
  const segments = readSegments(jpeg);
  const kept = segments.filter((segment) => !isExif(segment));
  const first = kept.filter(({ marker }) => marker === app0).map(({ whole }) => whole);
  const later = kept.filter(({ marker }) => marker !== app0).map(({ whole }) => whole);
  const length = segments.reduce((sum, { whole }) => sum + whole.length, 2);
  return joinBytes([
    jpeg.subarray(0, 2),
    ...first,
    segmentOf(app1, payload),
    ...later,
    jpeg.subarray(length),
  ]);
}

interface Segment {
  readonly marker: number;
  readonly payload: Uint8Array;
  /** Marker, length and payload. */
  readonly whole: Uint8Array;
}

/** The segments between the start of a JPEG and its pixels. */
function readSegments(jpeg: Uint8Array): Segment[] {
  const view = viewOf(jpeg);
  const segments: Segment[] = [];
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (marker === startOfScan || marker < 0xc0 || length < 2 || end > jpeg.length) break;
    segments.push({ marker, payload: jpeg.subarray(at + 4, end), whole: jpeg.subarray(at, end) });
    at = end;
  }
  return segments;
}

function isExif({ marker, payload }: Segment): boolean {
  return marker === app1 && latin1(payload.subarray(0, exifMark.length)) === exifMark;
}

function segmentOf(marker: number, payload: Uint8Array): Uint8Array {
  const head = Uint8Array.of(0xff, marker, 0, 0);
  viewOf(head).setUint16(2, payload.length + 2);
  return joinBytes([head, payload]);
}
