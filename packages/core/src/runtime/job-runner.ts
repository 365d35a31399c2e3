import * as v from "valibot";
import type { CompiledApp } from "../app/compile-app.ts";
import type { JobContext, Log, LogOptions } from "../app/job-context.ts";
import { VitrineError } from "../errors.ts";
import { toBlockId, toListenerId, type JobId } from "../ids.ts";
import type { Json } from "../json.ts";
import type { RunMessage } from "../protocol/client-messages.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import { isEnded, type JobStatus } from "../protocol/status.ts";
import type { AppHost } from "./app-host.ts";
import { Batches } from "./batches.ts";
import { decode, encode } from "./codec.ts";
import type { JobName, Lease } from "./engine.ts";
import { JobOutput } from "./job-output.ts";
import type { Unsubscribe } from "./ports.ts";
import { createProgress } from "./progress.ts";
import { isUnexpected } from "./report-error.ts";
import { runJob, type OutputUpdate } from "./run-job.ts";
import type { Session } from "./session.ts";

const defaultMaxQueue = 1000;
/** Jobs of one session that wait or run, over all groups: one visitor alone fills no queue. */
const maxLivingJobs = 100;
/** The same for an API client, which works through a list where a visitor clicks. */
const maxLivingApiJobs = 1000;

/** What a job's arguments hold once decoded. */
const jobArgsSchema = v.object({
  listenerId: v.pipe(v.string(), v.transform(toListenerId)),
  payloads: v.array(v.custom<Json>((value) => value !== undefined)),
  trigger: v.optional(
    v.object({
      blockId: v.pipe(v.string(), v.transform(toBlockId)),
      event: v.string(),
      data: v.optional(v.any()),
    }),
  ),
});
type JobArgs = v.InferOutput<typeof jobArgsSchema>;

/** Takes run messages to the queue, and leases from the queue to the user's functions. */
export class JobRunner {
  readonly #host: AppHost;
  readonly #batches: Batches;

  constructor(host: AppHost) {
    this.#host = host;
    this.#batches = new Batches(host.options.clock);
  }

  /** Queues a job; whatever refuses it is told as the job's status. */
  async submit(session: Session, message: RunMessage): Promise<void> {
    const { jobId, listenerId, payloads, trigger } = message;
    const known = session.jobStatus(jobId);
    if (known) {
      // The page may resend after a reconnect, so a known job is answered, not run again.
      session.send({ type: "status", jobId, listenerId, status: known });
      return;
    }
    const listener = this.#host.app.listeners.get(listenerId);
    const isRepeat = listener?.triggerMode === "once" && !session.isOfApi && session.hasRunning(listenerId);
    session.addJob(jobId, listenerId);
    if (isRepeat) return this.#setStatus(session, jobId, { stage: "skipped" });
    try {
      if (!listener)
        throw new VitrineError("UNKNOWN_LISTENER", { message: `The app has no listener ${listenerId}.` });
      if (trigger && !this.#host.app.blocks.has(trigger.blockId)) {
        throw new VitrineError("UNKNOWN_BLOCK", { message: `The app has no block ${trigger.blockId}.` });
      }
      if (this.#host.isDraining)
        throw new VitrineError("ENGINE_UNAVAILABLE", {
          message: "The server is about to restart and takes no new jobs.",
        });
      const maxLiving = session.isOfApi ? maxLivingApiJobs : maxLivingJobs;
      if (session.livingJobs.length > maxLiving) {
        const who = session.isOfApi ? "This session" : "This page";
        throw new VitrineError("QUEUE_FULL", {
          message: `${who} has ${maxLiving} jobs that wait or run, which is the most it may have.`,
        });
      }
      const args: JobArgs = { listenerId, payloads, ...(trigger ? { trigger } : {}) };
      const maxQueue = listener.options.maxQueue ?? defaultMaxQueue;
      await this.#host.options.engine.jobs.submit({
        id: jobId,
        session: session.id,
        group: listener.group,
        args: encodeArgs(args),
        maxQueue,
      });
    } catch (error) {
      this.#fail(session, jobId, error);
    }
  }

  async cancel(session: Session, jobId: JobId): Promise<void> {
    const reason = new VitrineError("JOB_CANCELLED", { message: "The job was cancelled." });
    const outcome = await this.#host.options.engine.jobs.cancel({ session: session.id, id: jobId }, reason);
    if (outcome !== "signalled") this.#setStatus(session, jobId, { stage: "cancelled" });
  }

  async cancelAll(session: Session): Promise<void> {
    await Promise.all(session.livingJobs.map((jobId) => this.cancel(session, jobId)));
  }

  /** Runs one leased job to its end. Never throws: the slot comes back whatever happens. */
  async run(lease: Lease): Promise<void> {
    const session = this.#host.session(lease.job.session);
    if (!session) return;
    const { id } = lease.job;
    const send = (status: JobStatus): void => {
      const message = session.setStatus(id, status);
      if (message) tell({ session, lease }, message);
    };
    const app = this.#host.app;
    const output = new JobOutput({
      jobId: id,
      clock: this.#host.options.clock,
      isEveryResultSent: session.isOfApi,
      send: (message) => tell({ session, lease }, message),
      sendProgress: (progress) => send({ stage: "running", progress }),
      remember: (update) => session.remember(update, app),
    });
    session.outputs.set(id, output);
    send({ stage: "running" });
    try {
      await this.#execute(lease, { session, app, output });
      output.flush();
      send({ stage: "complete" });
    } catch (error) {
      output.flush();
      send(this.#endOf(error, lease));
    } finally {
      session.outputs.delete(id);
    }
  }

  /** Runs the listeners of the app's unload event, with nobody to show their outputs to. */
  async runUnload(session: Session): Promise<void> {
    const { app, options } = this.#host;
    const rootId = app.idOf(app.root);
    for (const listener of app.listeners.values()) {
      if (!listener.triggers.some((trigger) => trigger.blockId === rootId && trigger.event === "unload"))
        continue;
      const context = this.#context(session, {
        signal: new AbortController().signal,
        app,
        args: undefined,
        report: () => undefined,
      });
      try {
        const payloads = listener.inputs.map((input) => input.emptyPayload);
        await runJob(
          {
            app,
            listener,
            payloads,
            context,
            data: session.data,
            files: session.files,
            clock: options.clock,
            onOutput: () => undefined,
            onStateChanged: () => undefined,
          },
          this.#batches,
        );
      } catch (error) {
        options.log.error("An unload listener failed", { error });
      }
    }
  }

  async #execute(
    lease: Lease,
    { session, app, output }: { session: Session; app: CompiledApp; output: JobOutput },
  ): Promise<void> {
    const args = v.parse(jobArgsSchema, decode(lease.job.args));
    const listener = app.listeners.get(args.listenerId);
    if (!listener)
      throw new VitrineError("UNKNOWN_LISTENER", { message: `The app has no listener ${args.listenerId}.` });
    const context = this.#context(session, {
      signal: lease.signal,
      app,
      args,
      jobId: lease.job.id,
      report: (progress) => output.progress(progress ?? {}),
    });
    const stopLimit = this.#limitTime(lease.job, listener.options.maxSeconds);
    try {
      await runJob(
        {
          app,
          listener,
          context,
          payloads: args.payloads,
          data: session.data,
          files: session.files,
          clock: this.#host.options.clock,
          onOutput: (updates) => output.give(this.#atPresentPlaces(updates, app)),
          onStateChanged: (blockId) => tell({ session, lease }, { type: "stateChanged", blockId }),
        },
        this.#batches,
      );
    } finally {
      stopLimit();
    }
  }

  /** A job that outlives a reload of its script writes to the blocks that now stand where its own stood. */
  #atPresentPlaces(updates: readonly OutputUpdate[], app: CompiledApp): readonly OutputUpdate[] {
    const present = this.#host.app;
    if (present === app) return updates;
    const idsByKey = new Map([...present.blocks.keys()].map((id) => [present.keyOf(id), id]));
    return updates.flatMap((update) => {
      const blockId = idsByKey.get(app.keyOf(update.blockId));
      return blockId ? [{ ...update, blockId }] : [];
    });
  }

  #context(
    session: Session,
    job: {
      signal: AbortSignal;
      app: CompiledApp;
      args: JobArgs | undefined;
      jobId?: JobId;
      report: Parameters<typeof createProgress>[0];
    },
  ): JobContext {
    const trigger = job.args?.trigger;
    const target = trigger && job.app.blocks.get(trigger.blockId);
    return {
      signal: job.signal,
      progress: createProgress(job.report),
      session: { id: session.id },
      request: session.request,
      event: { target, name: trigger?.event ?? "", data: (trigger?.data as Json | undefined) ?? null },
      log: this.#log(session, job.jobId),
    };
  }

  #log(session: Session, jobId: JobId | undefined): Log {
    const say =
      (level: "info" | "success" | "warning") =>
      (message: string, options: LogOptions = {}) => {
        session.send({ type: "toast", level, message, ...options, ...(jobId ? { jobId } : {}) });
        if (level === "warning") this.#host.options.log.warn(message);
        else this.#host.options.log.info(message);
      };
    return { info: say("info"), success: say("success"), warning: say("warning") };
  }

  /** Ends a job that takes longer than its listener allows. */
  #limitTime(job: JobName, maxSeconds: number | undefined): Unsubscribe {
    if (maxSeconds === undefined) return () => undefined;
    const { clock, engine } = this.#host.options;
    return clock.setTimer(maxSeconds * 1000, () => {
      const reason = new VitrineError("JOB_TOO_LONG", {
        message: `The job took longer than ${maxSeconds} seconds.`,
      });
      void engine.jobs.cancel(job, reason);
    });
  }

  /** How a job that threw has ended: by its cancel, if it was cancelled. */
  #endOf(error: unknown, lease: Lease): JobStatus {
    const { signal, job } = lease;
    const cause = signal.aborted ? signal.reason : error;
    if (cause instanceof VitrineError && cause.code === "JOB_CANCELLED") return { stage: "cancelled" };
    if (isUnexpected(cause)) this.#host.options.log.error("A function failed", { job: job.id, error: cause });
    return { stage: "failed", error: this.#host.report(cause, `job ${job.id}`) };
  }

  #fail(session: Session, jobId: JobId, error: unknown): void {
    this.#setStatus(session, jobId, { stage: "failed", error: this.#host.report(error, `job ${jobId}`) });
  }

  #setStatus(session: Session, jobId: JobId, status: JobStatus): void {
    const message = session.setStatus(jobId, status);
    if (message) session.send(message);
  }
}

/** Text that JSON made can be kept, except for one key. @throws PAYLOAD_INVALID */
function encodeArgs(args: JobArgs): string {
  try {
    return encode(args);
  } catch (cause) {
    throw new VitrineError("PAYLOAD_INVALID", { message: 'A payload may have no key "__proto__".', cause });
  }
}

/** Tells a job's page something, in the job's order; nobody is told once the session is over. */
function tell(
  { session, lease }: { readonly session: Session; readonly lease: Lease },
  message: ServerMessage,
): void {
  if (session.isOver) return;
  const isLast = message.type === "status" && isEnded(message.status);
  void (isLast ? lease.finish(JSON.stringify(message)) : lease.emit(JSON.stringify(message)));
}
