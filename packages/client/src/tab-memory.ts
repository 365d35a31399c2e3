import { toJobId, toSessionId, type JobId, type Json } from "@vitrine/core";
import * as v from "valibot";
import type { Inputs } from "./block-store.ts";
import type { SessionKey } from "./connection.ts";

const memorySchema = v.object({
  session: v.object({ id: v.pipe(v.string(), v.transform(toSessionId)), secret: v.string() }),
  inputs: v.record(
    v.string(),
    v.custom<Json>((value) => value !== undefined),
  ),
  jobs: v.array(v.pipe(v.string(), v.transform(toJobId))),
});

/** What a page leaves to the one that follows it in the same tab. */
export interface TabMemory {
  readonly session: SessionKey;
  readonly inputs: Inputs;
  /** Inputs that mean something to another session too: its files are not among them. */
  readonly portableInputs: Inputs;
  /** Jobs it waited for. */
  readonly jobs: readonly JobId[];
}

/** What of a tab's storage is used. */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Takes what the page before left. It is removed: a duplicated tab gets a copy of the storage, and must not find a
 * session there that another tab uses.
 */
export function takeMemory(storage: TabStorage, key: string): TabMemory | undefined {
  try {
    const text = storage.getItem(key);
    storage.removeItem(key);
    const result = v.safeParse(memorySchema, JSON.parse(text ?? "null"));
    return result.success
      ? { ...result.output, portableInputs: withoutFiles(result.output.inputs) }
      : undefined;
  } catch {
    // Storage can be forbidden or hold anything; the page then begins anew.
    return undefined;
  }
}

export function leaveMemory(
  storage: TabStorage,
  key: string,
  memory: Omit<TabMemory, "portableInputs">,
): void {
  try {
    storage.setItem(key, JSON.stringify(memory));
  } catch {
    // Forbidden or full: the reload begins a new session.
  }
}

function withoutFiles(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, payload]) => !holdsFile(payload)));
}

function holdsFile(payload: Json): boolean {
  if (typeof payload !== "object" || payload === null) return false;
  return ("kind" in payload && payload.kind === "file") || Object.values(payload).some(holdsFile);
}
