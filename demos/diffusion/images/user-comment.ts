import { joinBytes, latin1, latin1Bytes } from "./bytes.ts";

const prefixLength = 8;

/** A text as an EXIF comment: the mark for Unicode, then UTF-16 with the high byte first, as the webui writes. */
export function encodeUserComment(text: string): Uint8Array {
  return joinBytes([latin1Bytes("UNICODE\0"), Uint8Array.from(Buffer.from(text, "utf16le").swap16())]);
}

/** Reads an EXIF comment as any program may have written it: with or without a mark, in either byte order. */
export function decodeUserComment(bytes: Uint8Array): string | undefined {
  const prefix = latin1(bytes.subarray(0, prefixLength));
  const body = bytes.subarray(prefixLength);
  if (prefix === "UNICODE\0") return clean(decodeUtf16(body));
  if (prefix === "ASCII\0\0\0" || prefix === "\0".repeat(prefixLength)) return clean(decodeUtf8(body));
  if (prefix === "JIS\0\0\0\0\0") return undefined;
  return clean(decodeUtf8(bytes));
}

function clean(text: string): string | undefined {
  const trimmed = text.replace(/^\uFEFF/, "").replace(/\0+$/, "");
  return trimmed === "" ? undefined : trimmed;
}

function decodeUtf16(bytes: Uint8Array): string {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return new TextDecoder(isLittleEndian(even) ? "utf-16le" : "utf-16be").decode(even);
}

/** By its mark, else by where the zeros of Latin letters, spaces and line ends lie. */
function isLittleEndian(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return true;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return false;
  let zerosInHighPlace = 0;
  let zerosInLowPlace = 0;
  bytes.forEach((byte, at) => {
    if (byte !== 0) return;
    if (at % 2 === 0) zerosInHighPlace += 1;
    else zerosInLowPlace += 1;
  });
  return zerosInLowPlace > zerosInHighPlace;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return latin1(bytes);
  }
}
