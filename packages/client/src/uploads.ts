import type { BlockId } from "@vitrine/core";

/** Uploads under way, by block: a run whose inputs are still being sent waits for them. */
export class Uploads {
  readonly #pending = new Map<BlockId, Set<Promise<unknown>>>();

  /** Watches an upload for `blockId` and hands it on. */
  track<T>(blockId: BlockId, upload: Promise<T>): Promise<T> {
    const pending = this.#pending.get(blockId) ?? new Set();
    this.#pending.set(blockId, pending.add(upload));
    const forget = () => void pending.delete(upload);
    upload.then(forget, forget);
    return upload;
  }

  isPending(blockIds: readonly BlockId[]): boolean {
    return blockIds.some((id) => this.#pending.get(id)?.size);
  }

  /** Settles with the first block whose upload failed, once nothing is under way for any of them. */
  async settle(blockIds: readonly BlockId[]): Promise<BlockId | undefined> {
    let failed: BlockId | undefined;
    while (this.isPending(blockIds)) {
      for (const id of blockIds) {
        const results = await Promise.allSettled([...(this.#pending.get(id) ?? [])]);
        if (results.some(isFailure)) failed ??= id;
      }
    }
    // The view sets its payload after its upload; it has its turn first.
    await new Promise((resolve) => setTimeout(resolve));
    return failed;
  }
}

function isFailure(result: PromiseSettledResult<unknown>): boolean {
  // What the visitor took back did not fail: the run goes on without it.
  return (
    result.status === "rejected" && !(result.reason instanceof Error && result.reason.name === "AbortError")
  );
}
