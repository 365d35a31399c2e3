/** The three ways to stop, from the mildest: after this batch, this batch now, everything now. */
export type StopKind = "afterPicture" | "skip" | "interrupt";

/**
 * Asks a generation to stop, as the webui's buttons do: what is there of the picture is finished and kept. (An
 * AbortSignal throws everything away.)
 *
 * @example
 * const control = new StopControl();
 * const done = generate({ ...request, control });
 * control.skip(); // goes on with the next batch
 */
export class StopControl {
  /** Abandon the batch, go on with the next. The generation sets it back. */
  skipped = false;
  /** Stop everything now. */
  interrupted = false;
  /** Finish the batch, then stop. */
  stopsAfterPicture = false;
  readonly #listeners = new Set<(kind: StopKind) => void>();

  skip(): void {
    this.ask("skip");
  }

  interrupt(): void {
    this.ask("interrupt");
  }

  stopAfterPicture(): void {
    this.ask("afterPicture");
  }

  ask(kind: StopKind): void {
    if (kind === "skip") this.skipped = true;
    else if (kind === "interrupt") this.interrupted = true;
    else this.stopsAfterPicture = true;
    for (const listener of this.#listeners) listener(kind);
  }

  /** @returns ends the subscription */
  subscribe(listener: (kind: StopKind) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
