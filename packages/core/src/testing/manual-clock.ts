import type { Clock, Unsubscribe } from "../runtime/ports.ts";

/** A clock that moves only when told: for tests of what happens after an hour. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #nextId = 0;
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Unsubscribe {
    const id = this.#nextId++;
    this.#timers.set(id, { atMs: this.#nowMs + delayMs, callback });
    return () => this.#timers.delete(id);
  }

  /** Moves on, running the timers that come due in their order. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers]
        .filter(([, timer]) => timer.atMs <= endMs)
        .sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (!due) break;
      const [id, timer] = due;
      this.#timers.delete(id);
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.callback();
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

/** Lets everything that waits for nothing but promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
