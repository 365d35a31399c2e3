import {
  isEnded,
  VitrineError,
  type BlockId,
  type BlockUpdate,
  type EndpointDescription,
  type JobId,
  type JobStatus,
  type Json,
  type ServerMessage,
} from "@vitrine/core";
import { toError } from "./to-error.ts";

type Toast = Extract<ServerMessage, { type: "toast" }>;

export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Told where the call is: its place in the queue, its progress, its end. */
  readonly onStatus?: (status: JobStatus) => void;
  /** Told what the function shows in passing, with `log.info()` and the like. */
  readonly onToast?: (toast: Pick<Toast, "level" | "message" | "title">) => void;
}

interface JobParts extends CallOptions {
  readonly id: JobId;
  /** Keeps every result for whoever goes through them; otherwise only the last. */
  readonly keepsAll: boolean;
  /** The call is cancelled here. */
  readonly onCancel: () => void;
  readonly onEnd: () => void;
}

/**
 * One call of an endpoint: `for await (const result of job)` gives every result of the function, `await job.result`
 * the last. Both throw a `VitrineError` when the call fails or is cancelled.
 */
export class ClientJob<TResult> implements AsyncIterable<TResult> {
  readonly id: JobId;
  /** The last result. */
  readonly result: Promise<TResult>;
  readonly #parts: JobParts;
  readonly #waiting: TResult[] = [];
  readonly #last = new Map<BlockId, Json>();
  #endpoint: EndpointDescription | undefined;
  #status: JobStatus = { stage: "queued", position: 0 };
  #error: VitrineError | undefined;
  #wake: () => void = () => undefined;
  #settle!: { readonly resolve: (result: TResult) => void; readonly reject: (error: VitrineError) => void };
  /** Whether the server has said anything of it: what it has not is sent again to a new session. */
  isAnswered = false;

  constructor(parts: JobParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever goes through the results hears of a failure there.
    this.result.catch(() => undefined);
    const { signal } = parts;
    if (signal?.aborted) this.cancel(signal.reason);
    else signal?.addEventListener("abort", this.#abort);
  }

  get status(): JobStatus {
    return this.#status;
  }

  get isEnded(): boolean {
    return isEnded(this.#status);
  }

  /** Ends the call at once, here; the server ends its function. */
  cancel(cause?: unknown): void {
    if (this.isEnded) return;
    this.#parts.onCancel();
    this.#end(
      { stage: "cancelled" },
      new VitrineError("JOB_CANCELLED", { message: "The call was cancelled.", cause }),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TResult, void> {
    try {
      for (;;) {
        while (this.#waiting.length > 0) yield this.#waiting.shift() as TResult;
        if (this.isEnded) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#error) throw this.#error;
    } finally {
      // Left before its end.
      this.cancel();
    }
  }

  /** Knows from here on which outputs are its results. */
  describe(endpoint: EndpointDescription): void {
    this.#endpoint = endpoint;
  }

  give(updates: readonly BlockUpdate[]): void {
    this.isAnswered = true;
    for (const { blockId, payload } of updates) if (payload !== undefined) this.#last.set(blockId, payload);
    if (this.#parts.keepsAll) this.#waiting.push(this.#value());
    this.#wake();
  }

  /** Takes up what it missed while it was away too long: the last payload of each output, and where it is. */
  catchUp(payloads: Readonly<Record<string, Json>>, status: JobStatus): void {
    const updates = (this.#endpoint?.returns ?? []).flatMap(({ blockId }): BlockUpdate[] => {
      const payload = payloads[blockId];
      return payload === undefined ? [] : [{ blockId, payload }];
    });
    this.give(updates);
    this.setStatus(status);
  }

  toast({ level, message, title }: Toast): void {
    this.#parts.onToast?.({ level, message, ...(title === undefined ? {} : { title }) });
  }

  setStatus(status: JobStatus): void {
    if (this.isEnded) return;
    this.isAnswered = true;
    if (status.stage === "failed") return this.#end(status, toError(status.error));
    if (status.stage === "complete") return this.#end(status);
    if (status.stage === "cancelled" || status.stage === "skipped") {
      return this.#end(
        status,
        new VitrineError("JOB_CANCELLED", { message: `The server has ${status.stage} the call.` }),
      );
    }
    this.#status = status;
    this.#parts.onStatus?.(status);
  }

  fail(error: VitrineError): void {
    if (this.isEnded) return;
    this.#end({ stage: "failed", error: { code: error.code, message: error.message } }, error);
  }

  #end(status: JobStatus, error?: VitrineError): void {
    this.#status = status;
    this.#error = error;
    this.#parts.signal?.removeEventListener("abort", this.#abort);
    this.#parts.onEnd();
    this.#parts.onStatus?.(status);
    if (error) this.#settle.reject(error);
    else this.#settle.resolve(this.#value());
    this.#wake();
  }

  readonly #abort = (): void => this.cancel(this.#parts.signal?.reason);

  /** An output that was given no value yet, or only other options, counts as empty. */
  #value(): TResult {
    const values = (this.#endpoint?.returns ?? []).map(({ blockId }) => this.#last.get(blockId) ?? null);
    const [only] = values;
    const result = values.length > 1 ? values : only;
    // What the endpoint returns, the app's own type has said.
    return result as TResult;
  }
}
