import { setImmediate } from "node:timers/promises";
import type { Picture } from "../images/picture.ts";
import type { Box } from "../images/picture-edits.ts";
import type { ModelInfo, PipelineOptions } from "../pipeline/diffusion-pipeline.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import type {
  GenerateHooks,
  GeneratedPicture,
  GenerateResult,
} from "../pipeline/generation/run-generation.ts";
import type { RestoredPicture } from "../postprocessing/faces/face-restorer.ts";
import type { TagOptions } from "../postprocessing/tagging/tag-list.ts";
import type { Upscaler } from "../postprocessing/upscalers/upscaler.ts";
import { StudioError } from "../studio-error.ts";
import { EngineChildProcess } from "./engine-child-process.ts";
import { fromErrorMessage, type EngineOrder } from "./messages.ts";
import type { RestoreOrder } from "./picture-work.ts";

export interface EngineResult extends GenerateResult {
  /** Memory of the engine's process after the job, in bytes. */
  readonly rssBytes: number;
}

/**
 * A model in a process of its own. The process that has this object never loads a model: its event loop stays free,
 * and a model that is no longer wanted gives its memory back.
 *
 * Jobs wait for each other in the order they came. An engine that dies fails the job it was at with `ENGINE_LOST`; the
 * next job finds a fresh one.
 *
 * @example
 * const engine = new EngineProcess({ model: "models/postcard" });
 * const { pictures } = await engine.generate({ prompt: "a boat at night" }, { signal, onStep: showProgress });
 * await engine.close();
 */
export class EngineProcess {
  #options: PipelineOptions;
  #child: EngineChildProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #lastJob = 0;
  #isClosed = false;

  /** Nothing is started yet: the first job does that, or `info`. */
  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** The model folder it has, or will have. */
  get model(): string {
    return this.#options.model;
  }

  /** The process at work, for those who watch it; undefined between engines. */
  get pid(): number | undefined {
    return this.#child?.isAlive === true ? this.#child.pid : undefined;
  }

  /**
   * Loads the model if it is not loaded, and tells what it can do.
   *
   * @throws {StudioError} as `loadModel` does, or `ENGINE_START`.
   */
  info(): Promise<ModelInfo> {
    return this.#enqueue(undefined, async () => (await this.#fresh()).info);
  }

  /**
   * Draws what a request asks for. `onStep` and `onPicture` are called as things happen; steps are not even sent when
   * nobody listens. Steps that take less than a twentieth of a second arrive together.
   *
   * @throws the signal's reason; at once while the job waits, within one run of a graph while it is at work.
   * @throws {StudioError} for everything else; the engine can be used again.
   */
  generate(request: GenerateRequest, hooks: GenerateHooks = {}): Promise<EngineResult> {
    return this.#enqueue(hooks.signal, async () => {
      const pictures: GeneratedPicture[] = [];
      const { onStep, onPicture, control } = hooks;
      // Stopped while it waited: there is nothing to draw.
      if (control?.interrupted === true || control?.stopsAfterPicture === true) {
        return { pictures, notes: [], modelMs: 0, rssBytes: 0 };
      }
      const job = ++this.#lastJob;
      const child = await this.#fresh(hooks.signal);
      const stopForwarding = control?.subscribe((kind) => child.tell({ type: "stop", job, kind }));
      // Steps that came together are still told one by one, so that whoever shows them sees each.
      let told = Promise.resolve();
      const tell = (what: () => unknown) => {
        told = told.then(what).then(() => setImmediate());
        // What a listener throws fails the job, at its end.
        told.catch(() => undefined);
      };
      try {
        const last = await this.#ask(
          { type: "generate", job, request, wantsSteps: onStep !== undefined },
          { child, signal: hooks.signal },
          (report) => {
            if (report.type === "steps") for (const event of report.events) tell(() => onStep?.(event));
            if (report.type !== "picture") return;
            const { picture } = report;
            tell(() => {
              pictures.push(picture);
              return onPicture?.(picture);
            });
          },
        );
        await told;
        if (last.type !== "done") throw unexpected(last.type);
        return { pictures, notes: last.notes, modelMs: last.modelMs, rssBytes: last.rssBytes };
      } finally {
        stopForwarding?.();
        await told;
      }
    });
  }

  /** One of the engine's upscalers, for postprocessing and hires fix: it works in the engine's process. */
  upscaler(name: string): Upscaler {
    return {
      name,
      upscaleOnce: async (picture, factor, { signal }) => {
        const last = await this.#work({ type: "upscale", name, factor, picture }, signal);
        if (last.type !== "upscaled") throw unexpected(last.type);
        return last.picture;
      },
    };
  }

  /** Restores the faces of a picture with networks of files; the very picture comes back where there is none. */
  async restoreFaces({ signal, ...order }: RestoreFacesOrder): Promise<RestoredPicture> {
    const last = await this.#work({ type: "restoreFaces", ...order }, signal);
    if (last.type !== "facesRestored") throw unexpected(last.type);
    return { picture: last.picture ?? order.picture, faces: last.faces };
  }

  /** Boxes of the faces in a picture, the surest first. @param detector a network's path */
  async findFaces(detector: string, picture: Picture): Promise<readonly Box[]> {
    const last = await this.#work({ type: "findFaces", detector, picture }, undefined);
    if (last.type !== "facesFound") throw unexpected(last.type);
    return last.boxes;
  }

  /** What a picture shows, in tags. */
  async describe({ signal, ...order }: DescribeOrder): Promise<string> {
    const last = await this.#work({ type: "describe", ...order }, signal);
    if (last.type !== "described") throw unexpected(last.type);
    return last.text;
  }

  /**
   * Ends the present engine after the jobs that wait, and starts one with another model.
   *
   * @throws {StudioError} as `info` does; jobs after it fail the same way until another model is loaded.
   */
  load(model: string): Promise<ModelInfo> {
    return this.#enqueue(undefined, async () => {
      await this.#child?.end();
      this.#child = undefined;
      this.#options = { ...this.#options, model };
      return (await this.#fresh()).info;
    });
  }

  /** Ends the engine now; jobs under way and waiting fail with `ENGINE_CLOSED`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#child?.end();
    this.#child = undefined;
    await this.#queue;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Work on a picture that is answered once. */
  #work(order: PictureOrder, signal: AbortSignal | undefined): ReturnType<EngineChildProcess["ask"]> {
    return this.#enqueue(signal, async () => {
      const child = await this.#fresh(signal);
      return this.#ask({ ...order, job: ++this.#lastJob }, { child, signal }, () => {});
    });
  }

  /** Waits its turn, unless it is aborted first. */
  #enqueue<Result>(signal: AbortSignal | undefined, run: () => Promise<Result>): Promise<Result> {
    let isStarted = false;
    const turn = this.#queue.then(async () => {
      isStarted = true;
      signal?.throwIfAborted();
      this.#assertOpen();
      return run();
    });
    this.#queue = turn.catch(() => undefined);
    if (signal === undefined) return turn;
    // One at work answers by itself, within one run of a graph.
    return Promise.race([turn, throwWhenAborted(signal, { unless: () => isStarted, until: turn })]);
  }

  /** The engine, started anew if there is none. */
  async #fresh(signal?: AbortSignal): Promise<EngineChildProcess> {
    const child = (await this.#answering()) ?? (await EngineChildProcess.start(this.#options, signal));
    this.#child = child;
    if (this.#isClosed) await child.end();
    this.#assertOpen();
    return child;
  }

  /** The present engine, if it answers: one that died a moment ago may not have been heard of. */
  async #answering(): Promise<EngineChildProcess | undefined> {
    const child = this.#child;
    if (child?.isAlive !== true) return undefined;
    return child
      .ask({ type: "ping", job: ++this.#lastJob }, () => undefined)
      .then(
        () => child,
        () => undefined,
      );
  }

  async #ask(order: JobOrder, { child, signal }: Asked, onReport: Parameters<EngineChildProcess["ask"]>[1]) {
    const abort = () => child.tell({ type: "stop", job: order.job, kind: "abort" });
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (signal?.aborted === true) abort();
      const last = await child.ask(order, onReport);
      if (last.type !== "error") return last;
      // The reason of an abort stays on this side; it may be anything.
      signal?.throwIfAborted();
      throw fromErrorMessage(last.error);
    } catch (error) {
      this.#assertOpen();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StudioError("ENGINE_CLOSED", { message: "The engine has been closed." });
  }
}

type JobOrder = Exclude<EngineOrder, { type: "open" | "ping" | "stop" }>;

/** An order before it has its number. */
type PictureOrder = WithoutJob<Exclude<JobOrder, { type: "generate" }>>;
type WithoutJob<Order> = Order extends unknown ? Omit<Order, "job"> : never;

interface RestoreFacesOrder extends RestoreOrder {
  readonly signal: AbortSignal | undefined;
}

interface DescribeOrder {
  readonly picture: Picture;
  /** The tagger's folder. */
  readonly tagger: string;
  readonly tags: TagOptions;
  readonly signal: AbortSignal | undefined;
}

interface Asked {
  readonly child: EngineChildProcess;
  readonly signal: AbortSignal | undefined;
}

interface AbortWait {
  readonly unless: () => boolean;
  /** After this nobody waits any more. */
  readonly until: Promise<unknown>;
}

async function throwWhenAborted(signal: AbortSignal, { unless, until }: AbortWait): Promise<never> {
  const listening = new AbortController();
  const stopListening = () => listening.abort();
  until.then(stopListening, stopListening);
  await new Promise<void>((resolve) => {
    const abort = () => {
      if (!unless()) resolve();
    };
    signal.addEventListener("abort", abort, { once: true, signal: listening.signal });
  });
  signal.throwIfAborted();
  throw new Error("A signal told of an abort that had not happened.");
}

function unexpected(type: string): Error {
  return new Error(`An engine ended a job with a report of type ${type}.`);
}
