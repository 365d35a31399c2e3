import type { Clock, Unsubscribe } from "./ports.ts";

/**
 * Calls `send` at once, and then at most every `everyMs` with what was last given in between: a function that yields
 * a thousand times a second costs the page thirty frames.
 */
export class Coalescer<T> {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #send: (value: T) => void;
  #pending: { readonly value: T } | undefined;
  #lastSentMs = -Infinity;
  #stopTimer: Unsubscribe | undefined;

  constructor({
    clock,
    everyMs,
    send,
  }: {
    readonly clock: Clock;
    readonly everyMs: number;
    readonly send: (value: T) => void;
  }) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#send = send;
  }

  /** What waits to be sent. */
  get pending(): T | undefined {
    return this.#pending?.value;
  }

  give(value: T): void {
    this.#pending = { value };
    if (this.#stopTimer) return;
    const waitMs = this.#lastSentMs + this.#everyMs - this.#clock.now();
    if (waitMs <= 0) this.flush();
    else this.#stopTimer = this.#clock.setTimer(waitMs, () => this.flush());
  }

  /** Sends what waits, now. */
  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    this.#lastSentMs = this.#clock.now();
    this.#send(pending.value);
  }
}
