import { batch } from "./signal.ts";
import type { BlockId, ErrorReport, JobStatus, ListenerConfig } from "@vitrine/core";
import type { BlockNode, BlockStore } from "./block-store.ts";
import type { Job } from "./job.ts";

/** Marks the blocks a job concerns: where it shows itself as being written, what starts or stops it as running. */
export function markStarted(job: Job, store: BlockStore, listeners: readonly ListenerConfig[]): void {
  batch(() => {
    for (const node of nodesOf(job.listener.inputs, store)) node.error.value = undefined;
    for (const node of nodesOf(job.places, store)) {
      node.jobs.value = [...node.jobs.peek(), job];
      const last = node.lastRun.peek();
      if (last?.error) node.lastRun.value = { ...last, error: undefined };
    }
    for (const node of nodesOf(controlsOf(job.listener, listeners), store)) node.running.value++;
  });
}

interface EndMarks {
  readonly store: BlockStore;
  readonly listeners: readonly ListenerConfig[];
  readonly durationMs: number;
}

/** Takes the marks away; an error is left beside what caused it. */
export function markEnded(job: Job, status: JobStatus, { store, listeners, durationMs }: EndMarks): void {
  const { places, listener } = job;
  const error = status.stage === "failed" ? status.error : undefined;
  const atInput = listener.inputs.find((id) => id === error?.blockId);
  const atPlace = atInput ? undefined : (places.find((id) => id === error?.blockId) ?? places[0]);
  batch(() => {
    for (const node of nodesOf(places, store)) {
      node.jobs.value = node.jobs.peek().filter((other) => other !== job);
      node.lastRun.value = {
        durationMs,
        stage: status.stage,
        error: node.id === atPlace ? error : undefined,
      };
    }
    for (const node of nodesOf(controlsOf(job.listener, listeners), store)) node.running.value--;
    const field = atInput && store.node(atInput);
    if (field) field.error.value = sentenceOf(error);
  });
}

/** Blocks with an event that starts the listener, or that can cancel it. */
function controlsOf(listener: ListenerConfig, listeners: readonly ListenerConfig[]): ReadonlySet<BlockId> {
  const cancelling = listeners.filter((other) => other.cancels.includes(listener.id));
  return new Set([listener, ...cancelling].flatMap((one) => one.triggers.map((trigger) => trigger.blockId)));
}

function nodesOf(ids: Iterable<BlockId>, store: BlockStore): readonly BlockNode[] {
  return [...new Set(ids)].flatMap((id) => store.node(id) ?? []);
}

function sentenceOf(error: ErrorReport | undefined): string | undefined {
  return error && [error.message, error.hint].filter(Boolean).join(" ");
}
