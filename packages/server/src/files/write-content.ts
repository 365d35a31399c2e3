import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { VitrineError } from "@vitrine/core";

export interface Incoming {
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Fewer bytes mean that it was cut. */
  readonly sizeBytes?: number | undefined;
  readonly maxBytes: number;
  /** Called before each piece is written. @throws FILE_QUOTA to end it */
  reserve(bytes: number): void;
}

export interface Written {
  /** SHA-256 of the content, in hexadecimal. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/**
 * Streams content into a new file while hashing it. Whatever goes wrong, no part of it stays.
 *
 * @throws FILE_TOO_LARGE, UPLOAD_CUT, and what `reserve` throws
 */
export async function writeContent(path: string, incoming: Incoming): Promise<Written> {
  const file = await open(path, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    for await (const chunk of unlessCut(incoming.chunks)) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > incoming.maxBytes) throw tooLarge(incoming.maxBytes);
      incoming.reserve(chunk.byteLength);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    if (incoming.sizeBytes !== undefined && sizeBytes !== incoming.sizeBytes) {
      throw new VitrineError("UPLOAD_CUT", {
        message: `The upload was cut: expected ${incoming.sizeBytes} bytes, got ${sizeBytes}.`,
      });
    }
    await file.close();
    return { hash: hash.digest("hex"), sizeBytes };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

export function tooLarge(maxBytes: number): VitrineError {
  return new VitrineError("FILE_TOO_LARGE", {
    message: `Expected a file of at most ${describeBytes(maxBytes)}; this one is larger.`,
  });
}

/** A size as people read it: `"1.5 MB"`. */
export function describeBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const scaled = bytes / 1000 ** power;
  return `${Number.isInteger(scaled) ? scaled : scaled.toFixed(1)} ${units[power]}`;
}

/** Only what the source throws means a cut; a full disk does not. */
async function* unlessCut(chunks: Incoming["chunks"]): AsyncGenerator<Uint8Array> {
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    while (true) {
      const next = await takeNext(iterator);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Lets the source go when the file is not wanted to its end.
    await iterator.return?.();
  }
}

async function takeNext(
  iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (cause) {
    if (cause instanceof VitrineError) throw cause;
    throw new VitrineError("UPLOAD_CUT", { message: "The upload was cut before its end.", cause });
  }
}
