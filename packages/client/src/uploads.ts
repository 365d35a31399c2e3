import type { BlockId } from "@vitrine/core";

interface Upload {
  readonly blockId: BlockId;
  readonly done: Promise<unknown>;
}

/** Uploads under way: a run whose inputs are still being sent waits for them. */
export class Uploads {
  #pending: readonly Upload[] = [];

  /** Watches an upload for `blockId` and hands it on. */
  track<T>(blockId: BlockId, done: Promise<T>): Promise<T> {
    const upload = { blockId, done };
    this.#pending = [...this.#pending, upload];
    const forget = () => void (this.#pending = this.#pending.filter((other) => other !== upload));
    done.then(forget, forget);
    return done;
  }

  isPending(blockIds: readonly BlockId[]): boolean {
    return this.#pending.some((upload) => blockIds.includes(upload.blockId));
  }

  /** Settles with a block whose upload failed, once nothing is under way for any of them. */
  async settle(blockIds: readonly BlockId[]): Promise<BlockId | undefined> {
    let failed: BlockId | undefined;
    while (this.isPending(blockIds)) {
      for (const { blockId, done } of this.#pending.filter((upload) => blockIds.includes(upload.blockId))) {
        await done.catch((error: unknown) => {
          // What the visitor took back did not fail: the run goes on without it.
          if (!(error instanceof Error && error.name === "AbortError")) failed = blockId;
        });
      }
    }
    // The view sets its payload after its upload; it has its turn first.
    await new Promise((resolve) => setTimeout(resolve));
    return failed;
  }
}
