import { VitrineError, type FileRef, type OwnedFiles } from "@vitrine/core";
import mime from "mime";
import { tooLarge } from "./write-content.ts";

export interface DataUrlTarget {
  readonly files: OwnedFiles;
  readonly maxBytes: number;
  /** Name to show and to download it by. @default "file" with the extension of its type */
  readonly name?: string | undefined;
}

export function isDataUrl(text: string): boolean {
  return /^data:/i.test(text);
}

/**
 * Keeps the content of a `data:` URL as a file of a session.
 *
 * @throws PAYLOAD_INVALID when it cannot be read, FILE_TOO_LARGE, FILE_QUOTA
 */
export async function keepDataUrl(url: string, { files, maxBytes, name }: DataUrlTarget): Promise<FileRef> {
  // A byte takes three characters at most: this one needs no decoding to be too large.
  if (url.length > maxBytes * 3 + 1000) throw tooLarge(maxBytes);
  const { bytes, mimeType } = await decode(url);
  // Of bytes of any kind the content says more than a name would.
  const extension = mimeType === "application/octet-stream" ? null : mime.getExtension(mimeType);
  return files.receive({
    chunks: inOne(bytes),
    name: name ?? (extension === null ? "file" : `file.${extension}`),
    mimeType,
    sizeBytes: bytes.byteLength,
    maxBytes,
  });
}

async function decode(url: string): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string }> {
  if (!isDataUrl(url)) throw unreadable();
  try {
    // No request is made for a data: URL.
    const response = await fetch(url);
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      mimeType: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
    };
  } catch (cause) {
    throw unreadable(cause);
  }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function unreadable(cause?: unknown): VitrineError {
  return new VitrineError("PAYLOAD_INVALID", {
    message: "Expected a data: URL such as data:image/png;base64,…, got one that cannot be read.",
    cause,
  });
}
