import type { EventStream } from "../http/event-stream.ts";
import { roughSize } from "./edits.ts";
import type { Step } from "./step.ts";

/** Results kept for a GET that has not come yet, at most; the oldest give way. */
const maxCalls = 2000;
/** What one call may keep of the values before its last; only the last is needed. */
const maxKeptSize = 4 << 20;

interface Call {
  readonly name: string;
  waiting: Step[];
  size: number;
  reader: EventStream | undefined;
  onEnd: () => void;
  hasEnded: boolean;
  readonly cancel: () => void;
}

/** The results of calls by two requests, as curl makes them: the one begins the event, the other reads it once. */
export class CallResults {
  readonly #calls = new Map<string, Call>();

  begin(eventId: string, call: { readonly name: string; readonly cancel: () => void }): void {
    const [oldest] = this.#calls;
    if (oldest && this.#calls.size >= maxCalls) {
      this.#calls.delete(oldest[0]);
      oldest[1].cancel();
      oldest[1].reader?.end();
    }
    this.#calls.set(eventId, {
      ...call,
      waiting: [],
      size: 0,
      reader: undefined,
      hasEnded: false,
      onEnd: () => undefined,
    });
  }

  forget(eventId: string): void {
    this.#calls.delete(eventId);
  }

  tell(eventId: string, step: Step): void {
    const call = this.#calls.get(eventId);
    if (!call || (step.type !== "generating" && step.type !== "completed")) return;
    call.hasEnded = step.type === "completed";
    call.waiting.push(step);
    call.size += "data" in step ? roughSize(step.data) : 0;
    if (call.size > maxKeptSize && !call.reader) {
      call.waiting = [step];
      call.size = 0;
    }
    this.flush(eventId);
  }

  /** Whether there is such a call that nobody reads yet. */
  isUnread(eventId: string, name: string): boolean {
    const call = this.#calls.get(eventId);
    return call !== undefined && call.name === name && call.reader === undefined;
  }

  /** `onEnd` is called when the reader was given everything. */
  attach(eventId: string, reader: EventStream, onEnd: () => void): void {
    const call = this.#calls.get(eventId);
    if (!call) return;
    call.reader = reader;
    call.onEnd = onEnd;
    this.flush(eventId);
  }

  /** The client left: nobody can read this event again. */
  gone(eventId: string): void {
    const call = this.#calls.get(eventId);
    this.#calls.delete(eventId);
    if (call && !call.hasEnded) call.cancel();
  }

  flush(eventId: string): void {
    const call = this.#calls.get(eventId);
    const reader = call?.reader;
    if (!call || !reader || reader.isFull) return;
    const steps = call.waiting.splice(0);
    call.size = 0;
    const text = steps.map(writeStep).join("");
    if (text !== "") reader.write(text);
    if (!call.hasEnded) return;
    this.#calls.delete(eventId);
    call.onEnd();
    reader.end();
  }

  close(): void {
    for (const { reader } of this.#calls.values()) reader?.end();
    this.#calls.clear();
  }
}

/** As curl's readers see it: a line that names the kind, a line with the whole value. */
function writeStep(step: Step): string {
  if (step.type === "generating") return block("generating", step.data);
  if (step.type !== "completed") return "";
  return "failure" in step ? block("error", step.failure) : block("complete", step.data);
}

export function block(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
