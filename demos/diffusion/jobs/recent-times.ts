/** Times that are looked back on. */
const kept = 20;

/** How long the last jobs took. */
export class RecentTimes {
  readonly #times: number[] = [];

  add(milliseconds: number): void {
    this.#times.push(milliseconds);
    if (this.#times.length > kept) this.#times.shift();
  }

  /** Undefined while there is none. */
  median(): number | undefined {
    return this.#times.toSorted((a, b) => a - b)[Math.floor(this.#times.length / 2)];
  }
}
