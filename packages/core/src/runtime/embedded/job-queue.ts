import { VitrineError } from "../../errors.ts";
import type { EventLog, JobName, JobQueue, JobSpec, Lease, Waiting } from "../engine.ts";
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
  readonly #waiting = new Map<string, ConcurrencyGroup>();
  readonly #running = new Map<string, Running>();
  readonly #watchers = new Set<(waiting: Waiting) => void>();
  readonly #told = new Map<string, number>();
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
    if (this.#waiting.has(keyOf(job)) || this.#running.has(keyOf(job))) return { accepted: false };
    const group = this.#group(job.group);
    if (!group.hasSlot && group.waiting >= job.maxQueue) {
      throw new VitrineError("QUEUE_FULL", {
        message: `${group.waiting} jobs wait already, which is the most this queue takes.`,
      });
    }
    group.add(job);
    this.#waiting.set(keyOf(job), group);
    // On a later tick, as on an engine that is elsewhere.
    queueMicrotask(() => this.#fill(group));
    return { accepted: true };
  }

  async cancel(job: JobName, reason: unknown): Promise<"removed" | "signalled" | "gone"> {
    const group = this.#waiting.get(keyOf(job));
    if (group?.remove(job)) {
      this.#forget(job);
      this.#tellPositions(group);
      return "removed";
    }
    const running = this.#running.get(keyOf(job));
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
      this.#forget(job);
      void this.#start(job, group, this.#run);
    }
    this.#tellPositions(group);
  }

  async #start(job: JobSpec, group: ConcurrencyGroup, run: (lease: Lease) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(keyOf(job), { group, controller });
    group.running++;
    const startedMs = this.#ports.clock.now();
    try {
      await run(this.#lease(job, controller.signal));
    } finally {
      group.running--;
      group.recordDuration(this.#ports.clock.now() - startedMs);
      this.#running.delete(keyOf(job));
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

  #forget(job: JobName): void {
    this.#waiting.delete(keyOf(job));
    this.#told.delete(keyOf(job));
  }

  #tellPositions(group: ConcurrencyGroup): void {
    if (group.waiting === 0 || this.#watchers.size === 0) return;
    let position = 0;
    for (const job of group.inOrder()) {
      if (this.#told.get(keyOf(job)) !== position) {
        this.#told.set(keyOf(job), position);
        const waiting = { job, position, etaMs: group.estimateMs(position) };
        for (const watcher of this.#watchers) watcher(waiting);
      }
      position++;
    }
  }
}

/** Pages choose the ids of their jobs, so an id is one only within its session. */
function keyOf({ session, id }: JobName): string {
  return `${session}/${id}`;
}
