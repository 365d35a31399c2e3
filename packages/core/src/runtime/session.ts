import type { RequestInfo } from "../app/job-context.ts";
import type { CompiledApp } from "../app/compile-app.ts";
import type { BlockId, JobId, ListenerId, SessionId } from "../ids.ts";
import type { Json } from "../json.ts";
import type { JobReport, ServerMessage, Snapshot } from "../protocol/server-messages.ts";
import { isEnded, type JobStatus } from "../protocol/status.ts";
import type { EventLog } from "./engine.ts";
import type { OwnedFiles } from "./file-store.ts";
import type { JobOutput } from "./job-output.ts";
import type { Clock } from "./ports.ts";
import type { OutputUpdate } from "./run-job.ts";
import type { SessionData } from "./session-data.ts";

/** A job id is answered, not run again, for this long after its end. */
const rememberEndedMs = 10 * 60 * 1000;
const maxRememberedJobs = 1000;

interface JobEntry {
  readonly listenerId: ListenerId;
  status: JobStatus;
  endedAtMs: number;
}

interface SessionParts {
  readonly id: SessionId;
  readonly data: SessionData;
  readonly files: OwnedFiles;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly request: RequestInfo;
  readonly isOfApi: boolean;
}

/** One open page, or an API client's session: its jobs, and what it was last told, so that it can return after a drop or a reload. */
export class Session {
  readonly id: SessionId;
  readonly data: SessionData;
  readonly files: OwnedFiles;
  /** An API client's: it gets every result whole, and its calls are never taken for a repeated click. */
  readonly isOfApi: boolean;
  /** The request of the newest connection. */
  request: RequestInfo;
  /** The outputs of jobs that run. */
  readonly outputs = new Map<JobId, JobOutput>();
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #jobs = new Map<JobId, JobEntry>();
  /** Those of them that have not ended: asked for with every click, when up to a thousand others are remembered. */
  readonly #living = new Set<JobId>();
  #isOver = false;
  /** Last payload and changed props of each output, by block key: both outlive a reload of the script. */
  readonly #payloads = new Map<string, Json>();
  readonly #props = new Map<string, Readonly<Record<string, Json>>>();

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.data = parts.data;
    this.files = parts.files;
    this.request = parts.request;
    this.isOfApi = parts.isOfApi;
    this.#events = parts.events;
    this.#clock = parts.clock;
  }

  /** Tells the page something it will get even if it is away just now. */
  send(message: ServerMessage): void {
    if (this.#isOver) return;
    // The embedded log never refuses; an engine that is away buffers (engine.ts).
    void this.#events.append(this.id, JSON.stringify(message));
  }

  /** Whether nobody will come back to it; what functions still say is not kept. */
  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  jobStatus(id: JobId): JobStatus | undefined {
    return this.#jobs.get(id)?.status;
  }

  hasRunning(listenerId: ListenerId): boolean {
    for (const id of this.#living) if (this.#jobs.get(id)?.listenerId === listenerId) return true;
    return false;
  }

  addJob(id: JobId, listenerId: ListenerId): void {
    this.#forgetOldJobs();
    this.#jobs.set(id, { listenerId, status: { stage: "queued", position: 0 }, endedAtMs: Infinity });
    this.#living.add(id);
  }

  /** Records where a job is; returns the message that says so, unless the job has ended before. */
  setStatus(id: JobId, status: JobStatus): ServerMessage | undefined {
    const entry = this.#jobs.get(id);
    if (!entry || isEnded(entry.status)) return undefined;
    entry.status = status;
    if (isEnded(status)) {
      entry.endedAtMs = this.#clock.now();
      this.#living.delete(id);
    }
    return { type: "status", jobId: id, listenerId: entry.listenerId, status };
  }

  /** Jobs that wait or run. */
  get livingJobs(): readonly JobId[] {
    return [...this.#living];
  }

  remember(update: OutputUpdate, app: CompiledApp): void {
    const key = app.keyOf(update.blockId);
    if (update.payload !== undefined) this.#payloads.set(key, update.payload);
    if (update.props) this.#props.set(key, { ...this.#props.get(key), ...update.props });
  }

  /** What a page needs that has lost everything it was told. Outputs of running jobs are whole again after it. */
  snapshot(app: CompiledApp): Snapshot {
    for (const output of this.outputs.values()) output.rebase();
    const payloads: Record<BlockId, Json> = {};
    const props: Record<BlockId, Record<string, Json>> = {};
    for (const id of app.blocks.keys()) {
      const key = app.keyOf(id);
      const payload = this.#payloads.get(key);
      if (payload !== undefined) payloads[id] = payload;
      const changed = this.#props.get(key);
      if (changed) props[id] = { ...changed };
    }
    return { payloads, props, jobs: this.#reports() };
  }

  #reports(): JobReport[] {
    return [...this.#jobs].map(([jobId, { listenerId, status }]) => ({ jobId, listenerId, status }));
  }

  #forgetOldJobs(): void {
    const nowMs = this.#clock.now();
    for (const [id, entry] of this.#jobs) {
      const isOld = entry.endedAtMs + rememberEndedMs < nowMs || this.#jobs.size >= maxRememberedJobs;
      if (!isOld) return;
      if (isEnded(entry.status)) this.#jobs.delete(id);
    }
  }
}
