import type { Context } from "hono";
import type { AppEnv } from "../../http/env.ts";

/** A connection is known to be alive by a line every so often, in milliseconds. */
export const beatEveryMs = 15_000;

/** Bytes that wait for a reader before nothing more is given to it. */
const maxUnreadBytes = 256 << 10;

export interface EventStream {
  /** Whether the reader has not taken yet what it was given. */
  readonly isFull: boolean;
  /** Whole lines, each block of them ended by an empty one. */
  write(text: string): void;
  end(): void;
}

export interface StreamEvents {
  onOpen(stream: EventStream): void;
  /** There is room again. */
  onRoom?(stream: EventStream): void;
  /** The reader has left; not called after `end()`. */
  onGone(stream: EventStream): void;
}

/** An answer of `text/event-stream`, for as long as both sides like. */
export function answerEventStream(context: Context<AppEnv>, events: StreamEvents): Response {
  context.header("Content-Type", "text/event-stream; charset=utf-8");
  // A proxy that gathers or packs what passes would keep the client waiting.
  context.header("Cache-Control", "no-cache, no-transform");
  context.header("X-Accel-Buffering", "no");
  let isOver = false;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream: EventStream = {
    get isFull() {
      return (controller.desiredSize ?? 0) <= 0;
    },
    write(text) {
      if (!isOver) controller.enqueue(Buffer.from(text));
    },
    end() {
      if (isOver) return;
      isOver = true;
      controller.close();
    },
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        events.onOpen(stream);
      },
      pull() {
        if (!isOver) events.onRoom?.(stream);
      },
      cancel() {
        if (isOver) return;
        isOver = true;
        events.onGone(stream);
      },
    },
    { highWaterMark: maxUnreadBytes, size: (chunk) => chunk.byteLength },
  );
  return context.body(body);
}
