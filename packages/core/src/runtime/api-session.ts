import type { ListenerId, JobId } from "../ids.ts";
import type { Json } from "../json.ts";
import { parseServerMessage } from "../protocol/parse.ts";
import type { BlockUpdate, ServerMessage } from "../protocol/server-messages.ts";
import { isEnded, type JobStatus } from "../protocol/status.ts";
import type { AppHost } from "./app-host.ts";
import type { Follower } from "./engine.ts";
import type { Unsubscribe } from "./ports.ts";
import type { Session } from "./session.ts";

/** What one result does to one output: nothing for a State, changed props for an `update()`. */
export type ApiOutput = Pick<BlockUpdate, "payload" | "props">;

export interface ApiToast {
  readonly level: "info" | "success" | "warning" | "error";
  readonly message: string;
  readonly title?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** What an API client is told of its call, in order. */
export type ApiEvent =
  | { readonly type: "status"; readonly status: JobStatus }
  /** One result of the function, whole, with one entry for each output of the listener. */
  | { readonly type: "result"; readonly outputs: readonly ApiOutput[] }
  | { readonly type: "toast"; readonly toast: ApiToast };

export interface ApiCallRequest {
  readonly listenerId: ListenerId;
  /** One payload for each input of the listener. */
  readonly payloads: readonly Json[];
  /** What the client says the event carried. */
  readonly eventData?: Json;
  onEvent?(event: ApiEvent): void;
}

export interface ApiEnd {
  /** `complete`, `failed` or `cancelled`. */
  readonly status: JobStatus;
  /** The last result, with one entry for each output; entries are empty when there was none. */
  readonly outputs: readonly ApiOutput[];
}

export interface ApiCall {
  readonly jobId: JobId;
  /** Never rejects: how the job ended is in the status. */
  readonly ended: Promise<ApiEnd>;
  cancel(): Promise<void>;
}

interface LivingCall {
  readonly request: ApiCallRequest;
  readonly outputIds: readonly string[];
  outputs: readonly ApiOutput[];
  readonly end: (end: ApiEnd) => void;
}

/**
 * A session of an API client: State and files as a page has them, every result of a function in place of thirty a
 * second, and no page. While nobody uses it, it waits for the end of its time to live.
 */
export class ApiSession {
  readonly session: Session;
  readonly #host: AppHost;
  readonly #calls = new Map<JobId, LivingCall>();
  #follower: Follower | undefined;
  #uses = 0;

  constructor(host: AppHost, session: Session) {
    this.#host = host;
    this.session = session;
  }

  /** Keeps the session open until what this returns is called, as an open page would. */
  use(): Unsubscribe {
    if (this.#uses++ === 0) this.#open();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      if (--this.#uses === 0) this.#close();
    };
  }

  /** Nobody will name it again, nor read its files: it and its State go at once. Not while it is in use. */
  end(): Promise<void> {
    return this.#host.endApiSession(this.session);
  }

  /** Runs a listener; whatever refuses it is the call's end. */
  call(request: ApiCallRequest): ApiCall {
    const release = this.use();
    const jobId = this.#host.createJobId();
    const listener = this.#host.app.listeners.get(request.listenerId);
    const outputIds = listener?.outputIds ?? [];
    const ended = new Promise<ApiEnd>((resolve) => {
      this.#calls.set(jobId, {
        request,
        outputIds,
        outputs: outputIds.map(() => ({})),
        end: (end) => {
          this.#calls.delete(jobId);
          release();
          resolve(end);
        },
      });
    });
    const { listenerId, payloads, eventData } = request;
    const [trigger] = listener?.triggers ?? [];
    void this.#host.run(this.session, {
      type: "run",
      jobId,
      listenerId,
      payloads: [...payloads],
      ...(trigger && eventData !== undefined ? { trigger: { ...trigger, data: eventData } } : {}),
    });
    return { jobId, ended, cancel: () => this.#host.cancel(this.session, jobId).catch(() => undefined) };
  }

  #open(): void {
    this.#host.apiSessionInUse(this.session, true);
    this.#follower = this.#host.follow({
      session: this.session.id,
      after: this.#host.lastSeq(this.session),
      onMessage: (seq, message) => {
        this.#host.acknowledge(this.session, seq);
        this.#tell(parseServerMessage(message));
        return true;
      },
      onReset: () => this.#endLost(),
    });
  }

  #close(): void {
    this.#follower?.close();
    this.#follower = undefined;
    this.#host.apiSessionInUse(this.session, false);
  }

  #tell(message: ServerMessage): void {
    if (message.type === "output") return this.#giveResult(message.jobId, message.updates);
    if (message.type === "toast") {
      const { jobId, level, message: text, title, durationMs } = message;
      const toast = { level, message: text, title, durationMs };
      if (jobId) this.#calls.get(jobId)?.request.onEvent?.({ type: "toast", toast });
      return;
    }
    if (message.type === "status") this.#setStatus(message.jobId, message.status);
  }

  #giveResult(jobId: JobId, updates: readonly BlockUpdate[]): void {
    const call = this.#calls.get(jobId);
    if (!call) return;
    const byId = new Map(updates.map((update) => [String(update.blockId), update]));
    const outputs = call.outputIds.map((id): ApiOutput => {
      const { payload, props } = byId.get(id) ?? {};
      return { ...(payload === undefined ? {} : { payload }), ...(props === undefined ? {} : { props }) };
    });
    call.outputs = outputs;
    call.request.onEvent?.({ type: "result", outputs });
  }

  #setStatus(jobId: JobId, status: JobStatus): void {
    const call = this.#calls.get(jobId);
    if (!call) return;
    call.request.onEvent?.({ type: "status", status });
    if (isEnded(status)) call.end({ status, outputs: call.outputs });
  }

  /** The log gave up what this session had not read yet: calls that ended meanwhile are told how. */
  #endLost(): void {
    for (const jobId of this.#calls.keys()) {
      const status = this.session.jobStatus(jobId);
      if (status && isEnded(status)) this.#setStatus(jobId, status);
    }
  }
}
