import { signal, type Signal } from "./signal.ts";
import type { BlockId, JobId, JobStatus, Json, ListenerConfig } from "@vitrine/core";

/** Where a job is, as this page knows it: it waits for uploads and is sent before the server has
 * a word of it, and goes on for a moment after it was cancelled. */
export type PageStatus = JobStatus | { readonly stage: "uploading" | "sent" | "cancelling" };

/** One run of a listener. */
export interface Job {
  readonly id: JobId;
  readonly listener: ListenerConfig;
  /** Where it shows what it does: its outputs in the page, if it can those that are no inputs of it, or else the block that triggered it. */
  readonly places: readonly BlockId[];
  /** On the page's clock. */
  readonly startedAtMs: number;
  readonly status: Signal<PageStatus>;
  /** Its last payload of each output: changes are relative to these, not to what another job showed since. */
  readonly lastPayloads: Map<BlockId, Json>;
}

export function createJob(given: Pick<Job, "id" | "listener" | "places" | "startedAtMs">): Job {
  return {
    ...given,
    status: signal<PageStatus>({ stage: "sent" }),
    lastPayloads: new Map(),
  };
}
