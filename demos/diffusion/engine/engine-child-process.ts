import { fork, type ChildProcess } from "node:child_process";
import type { ModelInfo, PipelineOptions } from "../pipeline/diffusion-pipeline.ts";
import { StudioError } from "../studio-error.ts";
import { Courier } from "./courier.ts";
import {
  fromErrorMessage,
  parseReport,
  saysOutOfMemory,
  type EngineOrder,
  type EngineReport,
} from "./messages.ts";

/** Reports about one job, `done`, `upscaled` or `error` being the last. */
type JobReport = Exclude<EngineReport, { type: "ready" | "unready" }>;

interface Waiting {
  readonly onReport: (report: EngineReport) => void;
  readonly onLost: (error: StudioError) => void;
}

/** The text of errors that is kept of what a process wrote; a crash writes a long trace behind its reason. */
const mostErrorText = 16_000;

/** One engine process: it loads one model and works until it is ended. */
export class EngineChildProcess {
  readonly info: ModelInfo;
  readonly #child: ChildProcess;
  readonly #line: Line;

  private constructor(child: ChildProcess, line: Line, info: ModelInfo) {
    this.#child = child;
    this.#line = line;
    this.info = info;
  }

  /**
   * Starts a process and loads the model in it.
   *
   * @throws {StudioError} what is wrong with the model, or `ENGINE_START` when the process ends by itself.
   */
  static async start(options: PipelineOptions, signal?: AbortSignal): Promise<EngineChildProcess> {
    const child = fork(new URL("boot.mjs", import.meta.url), {
      serialization: "advanced",
      // Neither a debugger's port nor a test runner's hooks are for the engine.
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Large blocks go back to the system at once instead of staying in the allocator's arenas.
      env: { ...process.env, MALLOC_MMAP_THRESHOLD_: "1000000", MALLOC_ARENA_MAX: "2" },
    });
    const line = new Line(child);
    const giveUp = () => void child.kill("SIGKILL");
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      const info = await line.open(options);
      return new EngineChildProcess(child, line, info);
    } catch (error) {
      child.kill("SIGKILL");
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can be asked for more. */
  get isAlive(): boolean {
    return !this.#line.isLost;
  }

  /** Gives an order and hands over its reports; settles after the last. Rejects with `ENGINE_LOST` when the process ends. */
  ask(
    order: Extract<EngineOrder, { job: number }>,
    onReport: (report: JobReport) => void,
  ): Promise<JobReport> {
    return this.#line.ask(order, onReport);
  }

  /** Says something that is not answered. */
  tell(order: EngineOrder): void {
    this.#line.tell(order);
  }

  /** Ends the process, at work or not, and waits until the system has its memory back. */
  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#line.ended;
  }
}

/** What is said between the two processes. */
class Line {
  isLost = false;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  readonly #courier: Courier;
  readonly #waiting = new Set<Waiting>();
  #errorText = "";

  constructor(child: ChildProcess) {
    this.#courier = new Courier(
      { send: (message, done) => void child.send(Object(message), done) },
      (message) => this.#hear(parseReport(message)),
    );
    child.on("message", (message) => this.#courier.receive(message));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errorText = (this.#errorText + text).slice(-mostErrorText);
    });
    this.ended = new Promise((resolve) => {
      child.once("error", (cause) => this.#lose(`could not be started: ${cause.message}`, resolve));
      child.once("close", (code, signal) =>
        this.#lose(describeEnd({ code, signal, said: this.#errorText }), resolve),
      );
    });
  }

  open(options: PipelineOptions): Promise<ModelInfo> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        onReport: (report) => {
          this.#waiting.delete(waiting);
          if (report.type === "ready") resolve(report.info);
          else if (report.type === "unready") reject(fromErrorMessage(report.error));
        },
        onLost: ({ message, cause }) => reject(new StudioError("ENGINE_START", { message, cause })),
      };
      this.#waiting.add(waiting);
      this.tell({ type: "open", options: { ...options } });
    });
  }

  ask(
    order: Extract<EngineOrder, { job: number }>,
    onReport: (report: JobReport) => void,
  ): Promise<JobReport> {
    return new Promise((resolve, reject) => {
      if (this.isLost) return reject(lostBefore());
      const waiting: Waiting = {
        onReport: (report) => {
          if (!("job" in report) || report.job !== order.job) return;
          onReport(report);
          if (report.type === "steps" || report.type === "picture") return;
          this.#waiting.delete(waiting);
          resolve(report);
        },
        onLost: reject,
      };
      this.#waiting.add(waiting);
      this.tell(order);
    });
  }

  tell(order: EngineOrder): void {
    // A channel that is closed means that the process has ended, which is heard of by its end.
    this.#courier.post(order).catch(() => undefined);
  }

  #hear(report: EngineReport): void {
    for (const { onReport } of this.#waiting) onReport(report);
  }

  #lose(how: string, done: () => void): void {
    if (this.isLost) return;
    this.isLost = true;
    const cause = this.#errorText.trim() === "" ? undefined : new Error(this.#errorText.trim());
    const error = new StudioError("ENGINE_LOST", {
      message: `The engine ${how}.`,
      ...(saysOutOfMemory(this.#errorText) ? { hint: memoryHint } : {}),
      cause,
    });
    for (const { onLost } of this.#waiting) onLost(error);
    this.#waiting.clear();
    done();
  }
}

const memoryHint =
  "Choose a smaller picture, fewer at a time or a smaller model. A fresh engine starts with the next job.";

function lostBefore(): StudioError {
  return new StudioError("ENGINE_LOST", { message: "The engine had ended before it could be asked." });
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the process wrote before it. */
  readonly said: string;
}

function describeEnd({ code, signal, said }: End): string {
  if (saysOutOfMemory(said)) return `ran out of memory (${signal ?? `code ${code}`})`;
  if (signal === "SIGKILL") return "was killed (SIGKILL): somebody ended it, or the system was out of memory";
  if (signal === "SIGABRT" || code === 134) return "crashed (SIGABRT), most often because memory ran out";
  return signal === null ? `ended by itself with code ${code}` : `crashed (${signal})`;
}
