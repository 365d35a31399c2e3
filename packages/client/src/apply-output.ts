import { batch } from "./signal.ts";
import { applyChanges, type BlockId, type BlockUpdate, type Json } from "@vitrine/core";
import type { BlockStore } from "./block-store.ts";
import type { Job } from "./job.ts";

/** Shows what a job gave; returns the blocks whose payload differs from before. */
export function applyOutput(
  store: BlockStore,
  job: Pick<Job, "lastPayloads">,
  updates: readonly BlockUpdate[],
): readonly BlockId[] {
  const changed: BlockId[] = [];
  batch(() => {
    for (const { blockId, props, ...update } of updates) {
      const node = store.node(blockId as BlockId);
      if (!node) continue;
      // Props first: a Dropdown gets its new choices before the value that is one of them.
      if (props) store.changeProps(node.id, props);
      const payload = nextPayload(update, job.lastPayloads.get(node.id) ?? node.payload.peek());
      if (payload === undefined) continue;
      job.lastPayloads.set(node.id, payload);
      if (store.show(node.id, payload)) changed.push(node.id);
    }
  });
  return changed;
}

function nextPayload(
  { payload, changes }: Pick<BlockUpdate, "payload" | "changes">,
  last: Json,
): Json | undefined {
  return changes ? applyChanges(last, changes) : payload;
}
