import type { Clock, Unsubscribe } from "@vitrine/core";
import type { EventStream } from "../http/event-stream.ts";
import { beatEveryMs } from "../http/event-stream.ts";
import { closeStream, EventWriter, heartbeat, serverStopped } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import type { Step } from "./step.ts";

/** Events joined and not yet told their end, at most; as many as one session may have jobs. */
const maxPending = 1000;
/** After a stream was closed a join is answered this much later: its client may not have noticed yet. */
const afterCloseMs = 100;
/** How long a stream stays open with nothing to tell, where more calls are likely. */
const graceMs = 250;
/** Calls closer to each other than this are taken for a burst. */
const burstMs = 1000;

export interface PendingEvent {
  readonly fnIndex: number;
  cancel(): void;
}

interface Joined extends PendingEvent {
  readonly writer: EventWriter;
}

/**
 * The events of one session and the stream that tells them. A client opens a stream when it believes none is open, so
 * what decides is when it is closed: never while an event has not been told its end, and not at once where a join may
 * be on its way.
 */
export class StreamSession {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #pending = new Map<string, Joined>();
  readonly #outbox = new Outbox();
  #reader: EventStream | undefined;
  #stopTimer: Unsubscribe | undefined;
  #stopBeat: Unsubscribe | undefined;
  #isFlushing = false;
  #closedAtMs = -Infinity;
  #joinedAtMs = -Infinity;
  #joinedBeforeMs = -Infinity;

  /** `onIdle` is called when nothing is left to tell and nobody listens. */
  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Whether no more events are taken until some have been told their end. */
  get isFull(): boolean {
    return this.#pending.size >= maxPending || this.#outbox.isFull;
  }

  get isIdle(): boolean {
    return this.#pending.size === 0 && !this.#reader;
  }

  /** Nobody has read or joined since this moment. */
  get lastUsedMs(): number {
    return this.#reader ? this.#clock.now() : Math.max(this.#joinedAtMs, this.#closedAtMs);
  }

  /** An event was accepted; before its join is answered. */
  join(eventId: string, event: PendingEvent): void {
    this.#joinedBeforeMs = this.#joinedAtMs;
    this.#joinedAtMs = this.#clock.now();
    this.#pending.set(eventId, { ...event, writer: new EventWriter(eventId) });
  }

  /** How long the answer to a join has to wait, in milliseconds. */
  get answerDelayMs(): number {
    return Math.max(0, this.#closedAtMs + afterCloseMs - this.#clock.now());
  }

  /** Tells a step of an event; nothing more is told of one that has ended or was dropped. */
  tell(eventId: string, step: Step): void {
    const event = this.#pending.get(eventId);
    if (!event) return;
    this.#outbox.push({ eventId, writer: event.writer, step });
    this.#flushSoon();
  }

  /** Takes back an event whose join is refused after all. */
  drop(eventId: string): void {
    this.#pending.delete(eventId);
    this.#outbox.forget(eventId);
    if (this.#pending.size === 0 && this.#reader) this.#closeLater();
  }

  /** Cancels this event, or, where the client does not know its id yet, the newest of the function. */
  cancel(eventId: string | null, fnIndex: number | undefined): void {
    if (eventId !== null) return this.#pending.get(eventId)?.cancel();
    const newest = [...this.#pending.values()].findLast((event) => event.fnIndex === fnIndex);
    newest?.cancel();
  }

  /** A stream was opened; a newer one takes the place of an older. */
  attach(stream: EventStream): void {
    const older = this.#reader;
    this.#reader = undefined;
    this.#stopWaiting();
    older?.end();
    this.#reader = stream;
    this.#beat();
    // Everything may have been told on the stream before: this one waits a moment for more, and is closed.
    if (this.#pending.size === 0) this.#closeLater();
    else this.flush();
  }

  /** The client left without having been told to: nobody wants its events any more. */
  gone(stream: EventStream): void {
    if (this.#reader !== stream) return;
    this.#reader = undefined;
    this.#stopWaiting();
    this.abandon();
    this.#onIdle();
  }

  /** Cancels what has not been told its end. */
  abandon(): void {
    const events = [...this.#pending.values()];
    this.#pending.clear();
    this.#outbox.clear();
    for (const event of events) event.cancel();
  }

  flush(): void {
    const reader = this.#reader;
    if (!reader) return;
    let text = "";
    let hasEnd = false;
    while (!reader.isFull && text.length < 1 << 16) {
      const waiting = this.#outbox.shift();
      if (!waiting) break;
      text += waiting.writer.write(waiting.step);
      if (waiting.step.type !== "completed") continue;
      this.#pending.delete(waiting.eventId);
      hasEnd = true;
    }
    if (text !== "") reader.write(text);
    if (!this.#outbox.isEmpty) {
      if (!reader.isFull) this.#flushSoon();
    } else if (hasEnd && this.#pending.size === 0) this.#settle();
  }

  /** The server goes down. */
  stop(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#stopWaiting();
    // Python's client takes a stop for the failure of every call; who waits for nothing is told nothing of it.
    reader?.write(this.#pending.size === 0 ? closeStream : serverStopped);
    reader?.end();
  }

  /** What comes in one turn of the event loop is written in one go: writing costs more than all else of a quick call. */
  #flushSoon(): void {
    if (this.#isFlushing || !this.#reader) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  /** Everything was told. */
  #settle(): void {
    const isBurst = this.#clock.now() - this.#joinedBeforeMs < burstMs;
    if (isBurst) this.#closeLater();
    else this.#close();
  }

  #closeLater(): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.setTimer(graceMs, () => {
      if (this.#pending.size === 0 && this.#outbox.isEmpty) this.#close();
    });
  }

  #close(): void {
    const reader = this.#reader;
    if (!reader) return;
    this.#reader = undefined;
    this.#stopWaiting();
    reader.write(closeStream);
    reader.end();
    this.#closedAtMs = this.#clock.now();
    this.#onIdle();
  }

  #stopWaiting(): void {
    this.#stopTimer?.();
    this.#stopBeat?.();
    this.#stopTimer = undefined;
    this.#stopBeat = undefined;
  }

  #beat(): void {
    this.#stopBeat = this.#clock.setTimer(beatEveryMs, () => {
      this.#reader?.write(heartbeat);
      this.#beat();
    });
  }
}
