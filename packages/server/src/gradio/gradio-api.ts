import { randomUUID } from "node:crypto";
import {
  VitrineError,
  type AppHost,
  type ApiSession,
  type Clock,
  type ConnectionRequest,
  type Endpoint,
  type Json,
  type Logger,
  type Unsubscribe,
} from "@vitrine/core";
import { describeFailure } from "../http/errors.ts";
import { EventRun } from "./event-run.ts";
import type { GradioFiles } from "./files/gradio-files.ts";
import { GradioRefusal } from "./http/refusal.ts";
import { endpointNamed, numberingOf } from "./info/numbering.ts";
import type { Step } from "./queue/step.ts";
import type { ReadTarget } from "./read-payloads.ts";

export interface GradioApiOptions {
  readonly host: Promise<AppHost>;
  readonly files: GradioFiles;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface CallOptions {
  readonly session: ApiSession;
  readonly endpoint: Endpoint;
  readonly read: (target: ReadTarget) => Promise<readonly Json[]>;
  readonly eventData?: Json | undefined;
  readonly root: string;
  readonly onStep: (step: Step) => void;
}

/** Replies wait no longer than this for what a queue says: Python's client gives up after five seconds. */
const acceptWithinMs = 2000;

/** What the ways to call have in common. */
export class GradioApi {
  readonly host: Promise<AppHost>;
  readonly files: GradioFiles;
  readonly clock: Clock;
  readonly #log: Logger;

  constructor({ host, files, clock, log }: GradioApiOptions) {
    this.host = host;
    this.files = files;
    this.clock = clock;
    this.#log = log;
  }

  createEventId(): string {
    return randomUUID().replaceAll("-", "");
  }

  /** The session of this name among Gradio's clients. @throws GradioRefusal 503 when no more are taken */
  async openSession(name: string, request: ConnectionRequest): Promise<ApiSession> {
    const host = await this.host;
    if (host.isDraining) throw new GradioRefusal(503, "The server is about to restart.");
    try {
      const session = await host.apiSessions.open("gradio", name, request);
      session.session.request = request;
      return session;
    } catch (error) {
      if (error instanceof VitrineError) throw new GradioRefusal(503, error.message);
      throw error;
    }
  }

  /** @throws GradioRefusal 404 for what does not exist and for what is private */
  async endpointByIndex(fnIndex: number): Promise<Endpoint> {
    const endpoint = numberingOf(await this.host).endpoints.get(fnIndex);
    if (endpoint) return endpoint;
    throw new GradioRefusal(404, "There is no endpoint with this fn_index.");
  }

  /** @throws GradioRefusal 404 for what does not exist and for what is private */
  async endpointByName(name: string): Promise<Endpoint> {
    const endpoint = endpointNamed(await this.host, name);
    if (endpoint) return endpoint;
    throw new GradioRefusal(404, "There is no endpoint of this name.");
  }

  /** Begins a call. What goes wrong from here on is its last step. */
  async begin({ session, endpoint, read, eventData, root, onStep }: CallOptions): Promise<EventRun> {
    const host = await this.host;
    // Made only for a call that fetches: most read nothing, and a controller costs as much as the rest of a call.
    let giveUp: AbortController | undefined;
    const target: ReadTarget = {
      session,
      root,
      files: this.files,
      get signal() {
        giveUp ??= new AbortController();
        return giveUp.signal;
      },
    };
    return new EventRun({
      session,
      endpoint,
      eventData,
      root,
      payloads: () => read(target),
      report: (error) => {
        if (!(error instanceof VitrineError)) this.#log.error("A call could not be read", { error });
        return error instanceof VitrineError ? host.report(error, "a call") : describeFailure(error).error;
      },
      onStep: (step) => {
        if (step.type === "completed") giveUp?.abort();
        onStep(step);
      },
    });
  }

  /** Waits until a queue has taken the call. @throws GradioRefusal 503 when it is full */
  async accepted(run: EventRun): Promise<void> {
    let stopTimer: Unsubscribe = () => undefined;
    const late = new Promise<undefined>((resolve) => {
      stopTimer = this.clock.setTimer(acceptWithinMs, () => resolve(undefined));
    });
    const refusal = await Promise.race([run.accepted, late]);
    stopTimer();
    if (refusal?.code === "QUEUE_FULL" || refusal?.code === "ENGINE_UNAVAILABLE")
      throw new GradioRefusal(503, refusal.message);
  }
}
