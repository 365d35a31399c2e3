import { joinBytes, latin1, viewOf } from "./bytes.ts";

const commentLabel = 0xfe;
const imageMark = 0x2c;
const extensionMark = 0x21;
/** Longest comment that is read. */
const maxCommentBytes = 1024 * 1024;

/** Whether a file begins as a GIF. */
export function isGif(bytes: Uint8Array): boolean {
  return ["GIF87a", "GIF89a"].includes(latin1(bytes.subarray(0, 6)));
}

/** The first comment of a GIF. One that is broken or cut off has none. */
export function readGifComment(gif: Uint8Array): string | undefined {
  let at = 13 + tableBytes(gif[10] ?? 0);
  while (at < gif.length) {
    const mark = gif[at];
    const isComment = mark === extensionMark && gif[at + 1] === commentLabel;
    if (mark !== extensionMark && mark !== imageMark) return undefined;
    const blocks = readBlocks(gif, at + (mark === extensionMark ? 2 : 11 + tableBytes(gif[at + 9] ?? 0)));
    if (!blocks) return undefined;
    if (isComment) return decode(joinBytes(blocks.parts));
    at = blocks.end;
  }
  return undefined;
}

/** A table of colours, where a flag says that there is one. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function readBlocks(gif: Uint8Array, from: number): { parts: Uint8Array[]; end: number } | undefined {
  const view = viewOf(gif);
  const parts: Uint8Array[] = [];
  for (let at = from; at < gif.length;) {
    const length = view.getUint8(at);
    if (length === 0) return { parts, end: at + 1 };
    // Pixels come in blocks as well; their number is bounded by the file.
    if (parts.length * 255 <= maxCommentBytes) parts.push(gif.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

/** Programs write UTF-8; older ones Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return latin1(bytes);
  }
}
