/** Lets a burst through and then a steady rate. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #lastMs: number;

  constructor({
    perSecond,
    burst,
    nowMs,
  }: {
    readonly perSecond: number;
    readonly burst: number;
    readonly nowMs: number;
  }) {
    this.#perSecond = perSecond;
    this.#capacity = burst;
    this.#tokens = burst;
    this.#lastMs = nowMs;
  }

  /** Whether one more may pass at this moment. @param cost how much of a token it takes */
  take(nowMs: number, cost = 1): boolean {
    const gained = ((nowMs - this.#lastMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, gained));
    this.#lastMs = nowMs;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}
