import { VitrineError } from "@vitrine/core";

/** How slowly an upload may come. */
export interface UploadPace {
  /** An upload of which nothing arrives for this long is given up, in milliseconds. @default 60000 */
  readonly idleMs: number;
  /** Least that has to arrive over the whole upload, in bytes a second. @default 1024 */
  readonly minBytesPerSecond: number;
  /** For this long nothing is asked of an upload's speed, in milliseconds. @default 30000 */
  readonly graceMs: number;
}

export const defaultUploadPace: UploadPace = { idleMs: 60_000, minBytesPerSecond: 1024, graceMs: 30_000 };

/**
 * The body of an upload, piece by piece.
 *
 * @throws UPLOAD_CUT when nothing comes any more, UPLOAD_TOO_SLOW
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array> | null,
  pace: UploadPace,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let receivedBytes = 0;
  // Only the time spent waiting: a slow disk of ours is not the visitor's fault.
  let waitedMs = 0;
  try {
    while (true) {
      const allowedMs = pace.graceMs + (receivedBytes / pace.minBytesPerSecond) * 1000;
      const startMs = performance.now();
      const { done, value } = await readWithin(reader, { ...pace, leftMs: allowedMs - waitedMs });
      waitedMs += performance.now() - startMs;
      if (done) return;
      receivedBytes += value.byteLength;
      yield value;
    }
  } finally {
    // Also frees the socket of a body that is not wanted to its end.
    await reader.cancel().catch(() => undefined);
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { idleMs, minBytesPerSecond, leftMs }: UploadPace & { readonly leftMs: number },
): ReturnType<typeof reader.read> {
  let timer: NodeJS.Timeout | undefined;
  const giveUp = new Promise<never>((_, reject) => {
    const isSlow = leftMs < idleMs;
    const error = isSlow
      ? new VitrineError("UPLOAD_TOO_SLOW", {
          message: `An upload has to bring ${minBytesPerSecond} bytes a second, this one brought less.`,
        })
      : new VitrineError("UPLOAD_CUT", { message: "The upload stopped before its end." });
    timer = setTimeout(() => reject(error), Math.max(0, Math.min(leftMs, idleMs)));
  });
  try {
    return await Promise.race([reader.read(), giveUp]);
  } finally {
    clearTimeout(timer);
  }
}
