import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { StopKind } from "../pipeline/generation/stop-control.ts";
import { StudioError } from "../studio-error.ts";
import type { BoardJob, BoardView } from "./board-view.ts";
import { Estimates } from "./estimates.ts";
import type { Job, JobKind, StudioState, Work } from "./job.ts";
import { PictureShelf } from "./picture-shelf.ts";
import { Turns } from "./turns.ts";
import { UserJobs, type UserView, type WaitingJob } from "./user-jobs.ts";
import { contextOf } from "./work-context.ts";
import { watchChanges } from "./watch-changes.ts";

export interface JobBoardOptions {
  /** Hears of whatever runs, and stops it when it is asked to. */
  readonly state: StudioState;
  /** Where finished pictures are kept, each user's in a folder of their own. */
  readonly folder: string;
  /** Most jobs one user may have waiting. @default 100 */
  readonly maxWaiting?: number;
  /** @default the system's clock, in milliseconds since 1970 */
  readonly now?: () => number;
}

/**
 * The one queue in front of the one engine. Users take turns, whatever number of jobs they have; nobody sees or
 * stops another's. Jobs belong to users and not to their connections: they go on while nobody looks.
 *
 * @example
 * board.add(userId, generateWork(engine, { prompt: "a boat" }));
 * for await (const view of board.watch(userId, { kind: "txt2img", signal })) show(view);
 */
export class JobBoard {
  readonly #options: JobBoardOptions;
  readonly #users = new Map<string, UserJobs>();
  readonly #turns = new Turns();
  readonly #estimates: Estimates;
  #running: Job | undefined;
  /** Who watches everybody's jobs. */
  readonly #watchers = new Set<() => void>();
  #usersSoFar = 0;
  #isClosing = false;
  #isWorking = false;
  /** Settles when nothing is left to run. */
  #ending: Promise<void> = Promise.resolve();

  constructor(options: JobBoardOptions) {
    this.#options = options;
    this.#estimates = new Estimates(options.now ?? Date.now);
  }

  /** @throws {StudioError} `QUEUE_FULL`, `SERVER_STOPPING` */
  add(userId: string, work: Work): Job {
    if (this.#isClosing) {
      throw new StudioError("SERVER_STOPPING", { message: "The server is going down and begins nothing." });
    }
    const user = this.#userOf(userId);
    const { maxWaiting = 100 } = this.#options;
    if (user.waiting.length >= maxWaiting) {
      throw new StudioError("QUEUE_FULL", {
        message: `${user.waiting.length} of your jobs are waiting already.`,
      });
    }
    const job: Job = {
      id: randomUUID(),
      userId,
      work,
      abort: new AbortController(),
      stage: "waiting",
      startedMs: undefined,
      progress: { fraction: 0, words: "Starting" },
    };
    user.waiting.push(job);
    this.#turns.join(user);
    // Between two jobs nothing runs, and the next is being taken.
    if (this.#isWorking) this.#tellWaiting();
    else this.#ending = this.#runAll();
    return job;
  }

  /** Takes one of the user's waiting jobs out. @returns whether there was one */
  remove(userId: string, jobId: string): boolean {
    const user = this.#userOf(userId);
    const before = user.waiting.length;
    user.waiting = user.waiting.filter((job) => job.id !== jobId);
    this.#tellWaiting();
    user.tell();
    return user.waiting.length < before;
  }

  /** Moves one of the user's waiting jobs before or behind their next. @returns whether it could be moved */
  move(userId: string, jobId: string, by: -1 | 1): boolean {
    const user = this.#userOf(userId);
    const at = user.waiting.findIndex((job) => job.id === jobId);
    const other = user.waiting[at + by];
    const job = user.waiting[at];
    if (!job || !other) return false;
    user.waiting[at] = other;
    user.waiting[at + by] = job;
    user.tell();
    return true;
  }

  /** Stops the job that runs, if it is the user's own and of that kind. @returns whether it is */
  stop(userId: string, request: { readonly how: StopKind; readonly kind?: JobKind }): boolean {
    const job = this.#running;
    if (job?.userId !== userId || (request.kind !== undefined && job.work.kind !== request.kind))
      return false;
    return this.stopJob(job.id, request.how);
  }

  /** Stops the job that runs, whoever it belongs to: for the administrator. @returns whether that one runs */
  stopJob(jobId: string, how: StopKind): boolean {
    const job = this.#running;
    if (job?.id !== jobId) return false;
    const { state } = this.#options;
    if (how === "skip") state.skip();
    else if (how === "interrupt") state.interrupt();
    else state.stopGenerating();
    job.work.stop(how);
    return true;
  }

  /** Takes a waiting job out, whoever it belongs to: for the administrator. @returns whether there was one */
  removeJob(jobId: string): boolean {
    for (const user of this.#users.values()) {
      const job = user.waiting.find(({ id }) => id === jobId);
      if (!job) continue;
      const text = `The administrator has taken out a job of yours that waited: ${job.work.label}`;
      user.addNote({ kind: job.work.kind, text, tone: "warning" });
      return this.remove(user.id, jobId);
    }
    return false;
  }

  /** Everybody's jobs: for the administrator. */
  view(): BoardView {
    const describe = ({ id, userId, work }: Job): BoardJob => {
      const { name } = this.#userOf(userId);
      return { id, userName: name, kind: work.kind, label: work.label };
    };
    const job = this.#running;
    const current = job ? 1 : 0;
    return {
      running: job && {
        ...describe(job),
        words: job.progress.words,
        remainingMs: this.#estimates.remainingOf(job),
      },
      waiting: this.#turns
        .order()
        .map((waiting, at) => ({ ...describe(waiting), waitMs: this.#estimates.waitOf(at + current, job) })),
    };
  }

  /** Everybody's jobs, now and after each change, until the signal is aborted or the board closes. */
  async *watchAll(signal: AbortSignal): AsyncGenerator<BoardView, void> {
    const subscribe = (tell: () => void) => {
      this.#watchers.add(tell);
      return () => this.#watchers.delete(tell);
    };
    for await (const _change of watchChanges(subscribe, signal)) {
      if (this.#isClosing) return;
      yield this.view();
    }
  }

  /** Takes no more jobs, takes out those that wait, and resolves when the running one has ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const user of this.#users.values()) {
      for (const { work } of user.waiting.splice(0)) {
        // A note: to tell of a failure takes another listener, and the server begins no more.
        const text = `The server is going down, so this was not begun: ${work.label}`;
        user.addNote({ kind: work.kind, text, tone: "warning" });
      }
      user.tell();
    }
    this.#tellWatchers();
    await this.#ending;
  }

  /** What the user may know. Pictures of the kind alone, jobs of every kind. */
  viewOf(userId: string, kind: JobKind): UserView {
    const user = this.#userOf(userId);
    const order = this.#turns.order();
    const current = this.#running ? 1 : 0;
    const waiting = user.waiting.map((job): WaitingJob => {
      const ahead = order.indexOf(job) + current;
      return {
        id: job.id,
        kind: job.work.kind,
        label: job.work.label,
        ahead,
        waitMs: this.#estimates.waitOf(ahead, this.#running),
      };
    });
    return {
      running: user.running,
      remainingMs: user.running && this.#estimates.remainingOf(user.running),
      waiting,
      pictures: user.shelf.of(kind),
    };
  }

  /**
   * The user's view, now and after each change, until nothing of that kind waits or runs, or a newer watch of that
   * kind takes its place. Changes that come faster than they are taken are told as one.
   */
  async *watch(userId: string, { kind, signal }: WatchOptions): AsyncGenerator<UserView, void> {
    const user = this.#userOf(userId);
    const own = Symbol(kind);
    user.watches.set(kind, own);
    user.away.delete(kind);
    user.tell();
    const changes = watchChanges((tell) => user.subscribe(tell), signal);
    try {
      for await (const hasChanged of changes) {
        if (user.watches.get(kind) !== own) return;
        // Asked before the view is made: what ends while it is shown is told once more.
        const isLast = !user.hasWork(kind);
        yield this.viewOf(userId, kind);
        if (isLast && !hasChanged()) return;
      }
    } finally {
      if (user.watches.get(kind) === own) {
        user.watches.delete(kind);
        if (signal?.aborted === true) user.away.add(kind);
      }
    }
  }

  /** For those who tell the user what happened, and for what they have. */
  userOf(
    userId: string,
  ): Pick<UserJobs, "hasFailure" | "takeFailure" | "takeNotes" | "takeUnseen" | "shelf"> {
    return this.#userOf(userId);
  }

  /** The user is gone for good: their jobs end, their pictures are deleted. */
  async forget(userId: string): Promise<void> {
    const user = this.#users.get(userId);
    if (!user) return;
    this.#users.delete(userId);
    this.#turns.leave(user);
    user.waiting = [];
    user.running?.abort.abort(new Error("Its user has left."));
    await user.shelf.remove();
  }

  async #runAll(): Promise<void> {
    this.#isWorking = true;
    for (let job = this.#turns.take(); job; job = this.#turns.take()) await this.#run(job);
    this.#isWorking = false;
  }

  async #run(job: Job): Promise<void> {
    const user = this.#userOf(job.userId);
    const { kind } = job.work;
    this.#running = job;
    user.running = job;
    job.stage = "running";
    job.startedMs = this.#estimates.now();
    this.#tellWaiting();
    try {
      await job.work.run(contextOf(job, user, this.#options.state));
      job.stage = "done";
      this.#estimates.learn(job);
    } catch (error) {
      job.stage = "failed";
      if (!job.abort.signal.aborted) user.addFailure(kind, error);
    } finally {
      this.#running = undefined;
      user.running = undefined;
      // Pictures that came while they were being deleted.
      if (this.#users.get(user.id) !== user) await user.shelf.remove();
      user.tell();
    }
  }

  /** Those who wait are told their new places. */
  #tellWaiting(): void {
    for (const user of this.#users.values()) if (user.waiting.length > 0 || user.running) user.tell();
  }

  #tellWatchers(): void {
    for (const tell of this.#watchers) tell();
  }

  #userOf(userId: string): UserJobs {
    const known = this.#users.get(userId);
    if (known) return known;
    const shelf = new PictureShelf(join(this.#options.folder, randomUUID()));
    const user = new UserJobs(userId, `Visitor ${++this.#usersSoFar}`, shelf);
    user.subscribe(() => this.#tellWatchers());
    this.#users.set(userId, user);
    return user;
  }
}

interface WatchOptions {
  readonly kind: JobKind;
  readonly signal?: AbortSignal;
}
