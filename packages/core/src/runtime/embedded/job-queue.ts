import { VitrineError } from "../../errors.ts";
import type { JobId } from "../../ids.ts";
import type { EventLog, JobQueue, JobSpec, Lease, Waiting } from "../engine.ts";
import type { Clock, Unsubscribe } from "../ports.ts";
import { ConcurrencyGroup } from "./concurrency-group.ts";

interface Running {
  readonly group: ConcurrencyGroup;
  readonly controller: AbortController;
}

interface Ports {
  readonly clock: Clock;
  readonly events: EventLog;
}

/** The queue of one process, in memory. */
export class EmbeddedJobQueue implements JobQueue {
  readonly #ports: Ports;
  readonly #groups = new Map<string, ConcurrencyGroup>();
  readonly #waiting = new Map<JobId, ConcurrencyGroup>();
  readonly #running = new Map<JobId, Running>();
  readonly #watchers = new Set<(waiting: Waiting) => void>();
  readonly #told = new Map<JobId, number>();
  #run: ((lease: Lease) => Promise<void>) | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  async limit(name: string, count: number | null): Promise<void> {
    this.#group(name).limit = count;
  }

  async submit(job: JobSpec): Promise<{ accepted: boolean }> {
    if (this.#waiting.has(job.id) || this.#running.has(job.id)) return { accepted: false };
    const group = this.#group(job.group);
    if (!group.hasSlot && group.waiting >= job.maxQueue) {
      throw new VitrineError("QUEUE_FULL", {
        message: `${group.waiting} jobs wait already, which is the most this queue takes.`,
      });
    }
    group.add(job);
    this.#waiting.set(job.id, group);
    // On a later tick, as on an engine that is elsewhere.
    queueMicrotask(() => this.#fill(group));
    return { accepted: true };
  }

  async cancel(id: JobId, reason: unknown): Promise<"removed" | "signalled" | "gone"> {
    const group = this.#waiting.get(id);
    if (group?.remove(id)) {
      this.#forget(id);
      this.#tellPositions(group);
      return "removed";
    }
    const running = this.#running.get(id);
    running?.controller.abort(reason);
    return running ? "signalled" : "gone";
  }

  watch(onWaiting: (waiting: Waiting) => void): Unsubscribe {
    this.#watchers.add(onWaiting);
    return () => this.#watchers.delete(onWaiting);
  }

  work(run: (lease: Lease) => Promise<void>): Unsubscribe {
    this.#run = run;
    for (const group of this.#groups.values()) this.#fill(group);
    return () => {
      this.#run = undefined;
    };
  }

  /** Aborts everything that runs and forgets everything that waits. */
  stop(reason: unknown): void {
    this.#run = undefined;
    this.#waiting.clear();
    this.#groups.clear();
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }

  #group(name: string): ConcurrencyGroup {
    const known = this.#groups.get(name);
    if (known) return known;
    const group = new ConcurrencyGroup();
    this.#groups.set(name, group);
    return group;
  }

  #fill(group: ConcurrencyGroup): void {
    while (this.#run && group.hasSlot) {
      const job = group.take();
      if (!job) break;
      this.#forget(job.id);
      void this.#start(job, group, this.#run);
    }
    this.#tellPositions(group);
  }

  async #start(job: JobSpec, group: ConcurrencyGroup, run: (lease: Lease) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(job.id, { group, controller });
    group.running++;
    const startedMs = this.#ports.clock.now();
    try {
      await run(this.#lease(job, controller.signal));
    } finally {
      group.running--;
      group.recordDuration(this.#ports.clock.now() - startedMs);
      this.#running.delete(job.id);
      this.#fill(group);
    }
  }

  #lease(job: JobSpec, signal: AbortSignal): Lease {
    const { events } = this.#ports;
    let isFinished = false;
    return {
      job,
      signal,
      async emit(message) {
        if (!isFinished) await events.append(job.session, message);
      },
      async finish(message) {
        if (isFinished) return;
        isFinished = true;
        await events.append(job.session, message);
      },
    };
  }

  #forget(id: JobId): void {
    this.#waiting.delete(id);
    this.#told.delete(id);
  }

  #tellPositions(group: ConcurrencyGroup): void {
    if (group.waiting === 0 || this.#watchers.size === 0) return;
    let position = 0;
    for (const job of group.inOrder()) {
      if (this.#told.get(job.id) !== position) {
        this.#told.set(job.id, position);
        const waiting = { job, position, etaMs: group.estimateMs(position) };
        for (const watcher of this.#watchers) watcher(waiting);
      }
      position++;
    }
  }
}
