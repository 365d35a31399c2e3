import type { AppConfig } from "@vitrine/core";
import { BlockStore } from "./block-store.ts";

/** The store of a reloaded script, with the values of the one before. Only development needs it: a chunk of its own. */
export function reloadedStore(config: AppConfig, before: BlockStore): BlockStore {
  const store = new BlockStore(config.root);
  const oldNodes = new Map([...before.nodes].map((node) => [node.key, node]));
  for (const node of store.nodes) {
    const old = oldNodes.get(node.key);
    // A block nobody has touched shows the value the new script gives it.
    if (old?.type !== node.type || old.payload.peek() === old.firstPayload) continue;
    if (before.isEntered(old.id)) store.enter(node.id, old.payload.peek());
    else store.show(node.id, old.payload.peek());
  }
  return store;
}
