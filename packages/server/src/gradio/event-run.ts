import {
  Component,
  isEnded,
  State,
  VitrineError,
  type ApiCall,
  type ApiEvent,
  type ApiOutput,
  type ApiSession,
  type Endpoint,
  type ErrorReport,
  type JobStatus,
  type Json,
} from "@vitrine/core";
import { toFileData } from "./files/gradio-files.ts";
import { snakeCaseKeys } from "./info/gradio-config.ts";
import { toFailure, type Failure, type Step } from "./queue/step.ts";
import { adapterOf } from "./wire/table.ts";

export interface EventRunOptions {
  readonly session: ApiSession;
  readonly endpoint: Endpoint;
  /** The payloads of all inputs; what it throws is the event's end. */
  readonly payloads: () => Promise<readonly Json[]>;
  readonly eventData: Json | undefined;
  /** Where the client reaches the app, for the addresses of files. */
  readonly root: string;
  readonly report: (error: unknown) => ErrorReport;
  readonly onStep: (step: Step) => void;
}

/** One call from what a client sent to its last step; there is exactly one of those, whatever happens. */
export class EventRun {
  /** Whether a queue has taken the call; resolves to why not when none did. Resolves when it has ended, too. */
  readonly accepted: Promise<ErrorReport | undefined>;
  readonly #options: EventRunOptions;
  readonly #startedMs = performance.now();
  #resolveAccepted: (refusal: ErrorReport | undefined) => void = () => undefined;
  #call: ApiCall | undefined;
  #isCancelled = false;
  #hasStarted = false;
  #hasEnded = false;
  #isStreaming: boolean;
  /** The value of a function that may or may not give more. */
  #held: readonly Json[] | undefined;
  #last: readonly Json[] | undefined;

  constructor(options: EventRunOptions) {
    this.#options = options;
    this.#isStreaming = options.endpoint.isGenerator;
    this.accepted = new Promise((resolve) => (this.#resolveAccepted = resolve));
    void this.#begin();
  }

  cancel(): void {
    this.#isCancelled = true;
    if (this.#call) void this.#call.cancel();
    else this.#endCancelled();
  }

  async #begin(): Promise<void> {
    const { session, endpoint, payloads, eventData } = this.#options;
    // Reading may take as long as a file takes to come: the session stays for it.
    const release = session.use();
    try {
      const read = await payloads();
      if (this.#isCancelled) return;
      this.#call = session.call({
        listenerId: endpoint.listener.id,
        payloads: read,
        ...(eventData === undefined ? {} : { eventData }),
        onEvent: (event) => this.#hear(event),
      });
    } catch (error) {
      this.#end({ failure: toFailure(this.#options.report(error)) });
    } finally {
      release();
    }
  }

  #hear(event: ApiEvent): void {
    if (event.type === "status") this.#hearStatus(event.status);
    else if (event.type === "toast") {
      const { level, message, title, durationMs } = event.toast;
      const duration = durationMs === undefined ? 10 : durationMs === 0 ? null : durationMs / 1000;
      const heading = title ?? `${level.charAt(0).toUpperCase()}${level.slice(1)}`;
      this.#tell({ type: "log", log: { log: message, level, duration, visible: true, title: heading } });
    } else this.#hearResult(event.outputs.map((output, index) => this.#toWire(output, index)));
  }

  #hearResult(data: readonly Json[]): void {
    this.#last = data;
    // A function that gives one value is told by its end alone.
    if (!this.#isStreaming && this.#held === undefined) {
      this.#held = data;
      return;
    }
    this.#isStreaming = true;
    if (this.#held) this.#tell({ type: "generating", data: this.#held });
    this.#held = undefined;
    this.#tell({ type: "generating", data });
  }

  #hearStatus(status: JobStatus): void {
    if (isEnded(status)) return this.#hearEnd(status);
    this.#resolveAccepted(undefined);
    if (status.stage === "queued") {
      // Once it runs it never waits again: clients take the order of stages for granted.
      if (!this.#hasStarted) this.#tell({ type: "estimation", rank: status.position, etaMs: status.etaMs });
      return;
    }
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#tell({ type: "starts" });
    }
    if (status.stage !== "running" || !status.progress) return;
    const { fraction = null, done = null, total = null, description = null } = status.progress;
    this.#tell({
      type: "progress",
      progress: { index: done, length: total, unit: "steps", progress: fraction, desc: description },
    });
  }

  #hearEnd(status: JobStatus): void {
    if (status.stage === "failed") {
      this.#resolveAccepted(status.error);
      return this.#end({ failure: toFailure(status.error) });
    }
    if (status.stage === "cancelled") return this.#endCancelled();
    this.#end({ data: this.#last ?? this.#nothing({ __type__: "update" }) });
  }

  /** A cancelled event ends well, with what it gave last. */
  #endCancelled(): void {
    this.#end({ data: this.#last ?? this.#nothing(null) });
  }

  #end(result: { readonly data: readonly Json[] } | { readonly failure: Failure }): void {
    if (this.#hasEnded) return;
    this.#tell({ type: "completed", ...result, seconds: (performance.now() - this.#startedMs) / 1000 });
    this.#hasEnded = true;
    this.#resolveAccepted(undefined);
  }

  #tell(step: Step): void {
    if (!this.#hasEnded) this.#options.onStep(step);
  }

  #nothing(filler: Json): readonly Json[] {
    return this.#options.endpoint.listener.outputs.map((block) => (block instanceof State ? null : filler));
  }

  #toWire({ payload, props }: ApiOutput, index: number): Json {
    const { endpoint, root } = this.#options;
    const block = endpoint.listener.outputs[index];
    if (block instanceof State) return null;
    const value =
      payload === undefined || !(block instanceof Component)
        ? undefined
        : adapterOf(block).write(payload as Json, {
            component: block,
            fileData: (ref) => toFileData(ref, root),
          });
    if (props === undefined && value !== undefined) return value;
    return { __type__: "update", ...snakeCaseKeys(props ?? {}), ...(value === undefined ? {} : { value }) };
  }
}

/** The error for fewer values than an endpoint takes. */
export function tooFewValues(needed: number, got: number): VitrineError {
  return new VitrineError("WRONG_INPUT_COUNT", {
    message: `The function didn't receive enough input values (needed: ${needed}, got: ${got}).`,
  });
}
