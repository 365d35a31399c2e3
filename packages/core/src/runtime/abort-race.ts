/**
 * Waits for promises unless a signal aborts first. One listener on the signal serves any number of waits:
 * a race against one long-lived promise would keep every value waited for until the end.
 */
export class AbortRace {
  readonly #signal: AbortSignal;
  #reject: ((reason: unknown) => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#reject?.(signal.reason), { once: true });
  }

  /** The promise's value. @throws the signal's reason when it aborts first */
  wait<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#signal.aborted) reject(this.#signal.reason);
      this.#reject = reject;
      // Listened to even after an abort: a failure that nobody hears of would end the process.
      promise.then(resolve, reject);
    });
  }
}
