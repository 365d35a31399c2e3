import {
  isEnded,
  type BlockId,
  type ErrorReport,
  type JobId,
  type JobReport,
  type JobStatus,
  type Json,
  type ListenerConfig,
  type ListenerId,
  type RunMessage,
  type ServerMessage,
} from "@vitrine/core";
import { applyOutput } from "./apply-output.ts";
import type { BlockStore } from "./block-store.ts";
import { createJob, type Job } from "./job.ts";
import { markEnded, markStarted } from "./job-marks.ts";
import type { Uploads } from "./uploads.ts";

type Trigger = NonNullable<RunMessage["trigger"]>;

export interface DispatcherOptions {
  readonly store: BlockStore;
  readonly listeners: readonly ListenerConfig[];
  readonly uploads: Uploads;
  readonly send: (message: RunMessage | { readonly type: "cancel"; readonly jobId: JobId }) => void;
  readonly createJobId: () => JobId;
  readonly now: () => number;
  /** A job begins: what was said of the listener's last one is out of date. */
  readonly onStarted?: (listenerId: ListenerId) => void;
  readonly onFailed?: (listenerId: ListenerId, error: ErrorReport) => void;
  readonly onComplete?: (listener: ListenerConfig) => void;
}

/** From events to runs, and from what jobs give back to the blocks and the listeners that come next. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #store: BlockStore;
  #listeners: ReadonlyMap<ListenerId, ListenerConfig>;
  readonly #jobs = new Map<JobId, Job>();
  /** Triggers that came while an `alwaysLast` listener ran; only the last is kept. */
  readonly #deferred = new Map<ListenerId, Trigger | undefined>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#listeners = byId(options.listeners);
  }

  get liveJobs(): readonly JobId[] {
    return [...this.#jobs.keys()];
  }

  /** A block reports an event: starts the listeners that wait for it. */
  emit(blockId: BlockId, event: string, data?: Json): void {
    const trigger = { blockId, event, ...(data === undefined ? {} : { data }) };
    for (const listener of this.#listeners.values()) {
      if (listener.triggers.some((wanted) => wanted.blockId === blockId && wanted.event === event))
        this.#start(listener, trigger);
    }
  }

  /** The visitor changed a value. The same value again is no change. */
  enter(blockId: BlockId, payload: Json): void {
    if (!this.#store.enter(blockId, payload)) return;
    const node = this.#store.node(blockId);
    if (node) node.error.value = undefined;
    this.emit(blockId, "input", payload);
    this.emit(blockId, "change", payload);
  }

  /** Empties blocks, as Clear does. */
  clear(blockIds: readonly BlockId[]): void {
    const changed = blockIds.filter((id) => {
      const node = this.#store.node(id);
      if (node) node.error.value = undefined;
      return node && this.#store.enter(id, node.emptyPayload);
    });
    for (const id of changed) this.emit(id, "change", this.#store.payloadOf(id));
  }

  cancel(jobId: JobId): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    const { stage } = job.status.peek();
    if (stage === "uploading") return this.#end(job, { stage: "cancelled" });
    if (stage === "cancelling") return;
    job.status.value = { stage: "cancelling" };
    this.#options.send({ type: "cancel", jobId });
  }

  receive(message: ServerMessage): void {
    if (message.type === "stateChanged") return this.emit(message.blockId, "change");
    if (message.type === "status") return this.#receiveStatus(message.jobId, message.status);
    if (message.type === "refused" && message.jobId)
      return this.#receiveStatus(message.jobId, { stage: "failed", error: message.error });
    if (message.type !== "output") return;
    const job = this.#jobs.get(message.jobId) ?? { lastPayloads: new Map() };
    const changed = applyOutput(this.#store, job, message.updates);
    for (const id of changed) this.emit(id, "change", this.#store.payloadOf(id));
  }

  /** Takes up what the server says of the session's jobs; `followed` are those a page before this one waited for. */
  adopt(reports: readonly JobReport[], followed: readonly JobId[] = []): void {
    const reported = new Set(reports.map((report) => report.jobId));
    this.#loseJobs((job) => !reported.has(job.id));
    for (const { jobId, listenerId, status } of reports) {
      const listener = this.#listeners.get(listenerId);
      const isWanted = !isEnded(status) || followed.includes(jobId);
      if (listener && isWanted && !this.#jobs.has(jobId)) this.#add(jobId, listener);
      this.#receiveStatus(jobId, status);
    }
  }

  /** The session is a new one: what the old one had answered will never end. */
  loseJobs(): void {
    this.#loseJobs(() => true);
  }

  /** Goes on with another version of the app (development). */
  replaceApp(store: BlockStore, listeners: readonly ListenerConfig[]): void {
    this.#store = store;
    this.#listeners = byId(listeners);
    for (const job of this.#jobs.values()) markStarted(job, store, listeners);
  }

  #start(listener: ListenerConfig, trigger: Trigger | undefined): void {
    const cancelled = [...this.#jobs.values()].filter((job) => listener.cancels.includes(job.listener.id));
    for (const job of cancelled) this.cancel(job.id);
    for (const id of listener.cancels) this.#deferred.delete(id);
    if (!listener.hasFunction) return this.#startFollowers(listener, { stage: "complete" });
    if (listener.triggerMode !== "multiple" && this.#isRunning(listener)) {
      if (listener.triggerMode === "alwaysLast") this.#deferred.set(listener.id, trigger);
      return;
    }
    const job = this.#add(this.#options.createJobId(), listener, trigger);
    this.#options.onStarted?.(listener.id);
    if (this.#options.uploads.isPending(listener.inputs)) void this.#submitAfterUploads(job, trigger);
    else this.#submit(job, trigger);
  }

  async #submitAfterUploads(job: Job, trigger: Trigger | undefined): Promise<void> {
    job.status.value = { stage: "uploading" };
    const failed = await this.#options.uploads.settle(job.listener.inputs);
    if (!this.#jobs.has(job.id)) return;
    if (failed === undefined) return this.#submit(job, trigger);
    const message = "A file did not arrive, so nothing was run. Send it again.";
    this.#end(job, {
      stage: "failed",
      error: { code: "UPLOAD_CUT", message, blockId: failed },
    });
  }

  #submit(job: Job, trigger: Trigger | undefined): void {
    job.status.value = { stage: "sent" };
    const payloads = job.listener.inputs.map((id) => this.#store.payloadOf(id));
    this.#options.send({
      type: "run",
      jobId: job.id,
      listenerId: job.listener.id,
      payloads,
      ...(trigger ? { trigger } : {}),
    });
  }

  #receiveStatus(jobId: JobId, status: JobStatus): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    if (isEnded(status)) this.#end(job, status);
    else if (job.status.peek().stage !== "cancelling") job.status.value = status;
  }

  #end(job: Job, status: JobStatus): void {
    const { listener } = job;
    this.#jobs.delete(job.id);
    markEnded(job, status, {
      store: this.#store,
      listeners: [...this.#listeners.values()],
      durationMs: this.#options.now() - job.startedAtMs,
    });
    if (status.stage === "failed") this.#options.onFailed?.(listener.id, status.error);
    if (status.stage === "complete") this.#options.onComplete?.(listener);
    this.#startFollowers(listener, status);
    if (!this.#deferred.has(listener.id) || this.#isRunning(listener)) return;
    const trigger = this.#deferred.get(listener.id);
    this.#deferred.delete(listener.id);
    this.#start(listener, trigger);
  }

  #startFollowers(listener: ListenerConfig, { stage }: Pick<JobStatus, "stage">): void {
    if (stage === "skipped") return;
    const moment = stage === "complete" ? "success" : "failure";
    for (const follower of this.#listeners.values()) {
      if (follower.chain?.listenerId !== listener.id) continue;
      if (follower.chain.moment === "after" || follower.chain.moment === moment)
        this.#start(follower, undefined);
    }
  }

  #loseJobs(isLost: (job: Job) => boolean): void {
    const error = {
      code: "WORKER_LOST",
      message: "The server restarted before this was done. Run it again.",
    };
    const lost = [...this.#jobs.values()].filter((job) => {
      const { stage } = job.status.peek();
      // What was not answered yet is sent again.
      return stage !== "sent" && stage !== "uploading" && isLost(job);
    });
    for (const job of lost) this.#end(job, { stage: "failed", error });
  }

  #add(id: JobId, listener: ListenerConfig, trigger?: Trigger): Job {
    const outputs = listener.outputs.filter((output) => this.#store.node(output));
    // A field that is also emptied, as a chat's is, does not wait for anything.
    const results = outputs.filter((output) => !listener.inputs.includes(output));
    const choices = [results, outputs, trigger ? [trigger.blockId] : []];
    const places = choices.find((blocks) => blocks.length > 0) ?? [];
    const job = createJob({ id, listener, places, startedAtMs: this.#options.now() });
    this.#jobs.set(id, job);
    markStarted(job, this.#store, [...this.#listeners.values()]);
    return job;
  }

  #isRunning(listener: ListenerConfig): boolean {
    for (const job of this.#jobs.values()) if (job.listener.id === listener.id) return true;
    return false;
  }
}

function byId(listeners: readonly ListenerConfig[]): ReadonlyMap<ListenerId, ListenerConfig> {
  return new Map(listeners.map((listener) => [listener.id, listener]));
}
