import type { Context } from "hono";
import type { JsonObject } from "@vitrine/core";
import type { AppEnv } from "../http/env.ts";

/** Bytes that wait for a reader before the call is given up. */
const maxUnreadBytes = 16 << 20;
/** A connection is known to be alive by a line every so often, in milliseconds. */
const beatEveryMs = 15_000;

export interface EventSink {
  /** Aborts when the reader has left, or reads too slowly. */
  readonly signal: AbortSignal;
  send(event: string, data: JsonObject): void;
}

/** Answers with the events that `work` sends; the answer ends with it. */
export function answerEvents(context: Context<AppEnv>, work: (sink: EventSink) => Promise<void>): Response {
  context.header("Content-Type", "text/event-stream; charset=utf-8");
  // A proxy that gathers or packs what passes would keep the client waiting.
  context.header("Cache-Control", "no-store, no-transform");
  context.header("X-Accel-Buffering", "no");
  const gone = new AbortController();
  let beat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const write = (text: string): void => {
          if (gone.signal.aborted) return;
          controller.enqueue(Buffer.from(text));
          if ((controller.desiredSize ?? 0) < -maxUnreadBytes) gone.abort();
        };
        beat = setInterval(() => write(": alive\n\n"), beatEveryMs);
        // Not awaited: a stream that is still starting is not read.
        void work({
          signal: gone.signal,
          send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
        }).finally(() => {
          clearInterval(beat);
          if (gone.signal.aborted) controller.error(gone.signal.reason);
          else controller.close();
        });
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  );
  return context.body(body);
}
