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
  const ending = new AbortController();
  let isGone = false;
  let beat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string): void => {
          if (!isGone) controller.enqueue(Buffer.from(text));
        };
        const send = (event: string, data: JsonObject): void => {
          const isLast = event === "complete" || event === "error";
          // Whoever reads too slowly is told the end, and nothing more on the way to it.
          if (isLast || !ending.signal.aborted) write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
          if ((controller.desiredSize ?? 0) < -maxUnreadBytes) ending.abort();
        };
        beat = setInterval(() => write(": alive\n\n"), beatEveryMs);
        // Not awaited: a stream that is still starting is not read.
        void work({ signal: ending.signal, send }).finally(() => {
          clearInterval(beat);
          if (!isGone) controller.close();
        });
      },
      cancel() {
        isGone = true;
        ending.abort();
      },
    },
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  );
  return context.body(body);
}
