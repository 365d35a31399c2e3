import { roughSize } from "./edits.ts";
import type { EventWriter } from "./messages.ts";
import type { Step } from "./step.ts";

/** A step of an event that waits for a reader. */
export interface Waiting {
  readonly eventId: string;
  readonly writer: EventWriter;
  readonly step: Step;
}

interface Entry extends Waiting {
  readonly size: number;
}

/** Beyond these what comes between a call and its end is left out; ends are kept. */
const maxSize = 16 << 20;
const maxEntries = 20_000;
/** Ends are small beside it, unless nobody reads what is made. */
const maxEndSize = 64 << 20;

const lostFailure = {
  error: "Nobody read the results of this session for so long that this one was given up.",
  duration: null,
  visible: true,
  title: "Error",
};

/**
 * What a session's reader has not been given yet. Values wait whole and become edits only when they leave, so leaving
 * some out breaks none that follow.
 */
export class Outbox {
  #entries: Entry[] = [];
  #next = 0;
  #size = 0;

  get isEmpty(): boolean {
    return this.#next === this.#entries.length;
  }

  /** Whether so much waits that nothing new should be begun. */
  get isFull(): boolean {
    return this.#size > maxEndSize / 2;
  }

  push(waiting: Waiting): void {
    const entry = { ...waiting, size: sizeOf(waiting.step) };
    const isLost = entry.step.type === "completed" && this.#size + entry.size > maxEndSize;
    this.#add(
      isLost ? { ...entry, step: { type: "completed", failure: lostFailure, seconds: 0 }, size: 200 } : entry,
    );
    if (this.#size > maxSize || this.#entries.length - this.#next > maxEntries) this.#leaveOut();
  }

  shift(): Waiting | undefined {
    const entry = this.#entries[this.#next];
    if (!entry) return undefined;
    this.#next++;
    this.#size -= entry.size;
    if (this.isEmpty) this.#restart([]);
    return entry;
  }

  /** Forgets what waits of an event, but for its end. */
  forget(eventId: string): void {
    this.#restart(
      this.#waiting().filter((entry) => entry.eventId !== eventId || entry.step.type === "completed"),
    );
  }

  clear(): void {
    this.#restart([]);
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#size += entry.size;
  }

  #leaveOut(): void {
    const waiting = this.#waiting();
    const kept = waiting.filter(({ step }) => step.type === "completed" || step.type === "starts");
    this.#restart(kept);
  }

  #waiting(): Entry[] {
    return this.#entries.slice(this.#next);
  }

  #restart(entries: Entry[]): void {
    this.#entries = entries;
    this.#next = 0;
    this.#size = entries.reduce((sum, { size }) => sum + size, 0);
  }
}

function sizeOf(step: Step): number {
  const values = "data" in step ? step.data : "log" in step ? [step.log] : [];
  return 200 + roughSize(values);
}
