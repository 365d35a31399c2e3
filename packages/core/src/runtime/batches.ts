import type { BatchLimits, CompiledListener } from "../app/compile-app.ts";
import type { JobContext } from "../app/job-context.ts";
import { VitrineError } from "../errors.ts";
import type { Clock } from "./ports.ts";
import type { JobRun } from "./run-job.ts";

/** A job that waits for a batch, with the values its inputs brought. */
interface Member {
  readonly values: readonly unknown[];
  readonly context: JobContext;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** Gathers jobs of listeners with `batch`, and calls their functions with columns in place of values. */
export class Batches {
  readonly #clock: Clock;
  readonly #byListener = new WeakMap<CompiledListener, Batcher>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The job's own part of a batch's result, as the function of a single job would return it. */
  add({ listener, context }: JobRun, values: readonly unknown[]): Promise<unknown> {
    const limits = listener.batch ?? { maxSize: 1, concurrency: null };
    const batcher = this.#byListener.get(listener) ?? new Batcher(listener, limits, this.#clock);
    this.#byListener.set(listener, batcher);
    return new Promise((resolve, reject) => batcher.add({ values, context, resolve, reject }));
  }
}

class Batcher {
  readonly #listener: CompiledListener;
  readonly #limits: BatchLimits;
  readonly #clock: Clock;
  readonly #waiting = new Set<Member>();
  #running = 0;

  constructor(listener: CompiledListener, limits: BatchLimits, clock: Clock) {
    this.#listener = listener;
    this.#limits = limits;
    this.#clock = clock;
  }

  add(member: Member): void {
    const { signal } = member.context;
    this.#waiting.add(member);
    signal.addEventListener("abort", () => this.#waiting.delete(member), { once: true });
    if (signal.aborted) this.#waiting.delete(member);
    // On a later tick, so that jobs that came together are called together.
    this.#clock.setTimer(0, () => this.#fill());
  }

  #fill(): void {
    const { maxSize, concurrency } = this.#limits;
    while (this.#waiting.size > 0 && (concurrency === null || this.#running < concurrency)) {
      const members = [...this.#waiting].slice(0, maxSize);
      for (const member of members) this.#waiting.delete(member);
      this.#running++;
      void this.#run(members).finally(() => {
        this.#running--;
        this.#fill();
      });
    }
  }

  async #run(members: readonly Member[]): Promise<void> {
    const { inputs, outputs, fn } = this.#listener;
    const columns = inputs.map((_input, index) => members.map(({ values }) => values[index]));
    try {
      const result: unknown = await fn?.(...([...columns, sharedContext(members)] as never[]));
      const rows = rowsOf(result, { jobs: members.length, outputs: outputs.length });
      members.forEach((member, index) => member.resolve(rows[index]));
    } catch (error) {
      for (const member of members) member.reject(error);
    }
  }
}

/**
 * What the function is told of its jobs: session, request and event are those of the first; progress and toasts reach
 * all; the signal aborts when nobody waits for the batch any more.
 */
function sharedContext(members: readonly Member[]): JobContext {
  const [first] = members as readonly [Member, ...Member[]];
  const contexts = members.map(({ context }) => context);
  const controller = new AbortController();
  for (const { signal } of contexts) {
    signal.addEventListener("abort", () => {
      if (contexts.every((context) => context.signal.aborted)) controller.abort(signal.reason);
    });
  }
  const each = (tell: (context: JobContext) => void): void => contexts.forEach(tell);
  return {
    ...first.context,
    signal: controller.signal,
    progress: Object.assign(
      (...args: Parameters<JobContext["progress"]>) => each(({ progress }) => progress(...args)),
      {
        steps: (...args: Parameters<JobContext["progress"]["steps"]>) =>
          each(({ progress }) => progress.steps(...args)),
        iterate: first.context.progress.iterate,
      },
    ),
    log: {
      info: (...args) => each(({ log }) => log.info(...args)),
      success: (...args) => each(({ log }) => log.success(...args)),
      warning: (...args) => each(({ log }) => log.warning(...args)),
    },
  };
}

/** One result for each job out of the columns a function returned. @throws WRONG_OUTPUT_COUNT */
function rowsOf(
  result: unknown,
  expected: { readonly jobs: number; readonly outputs: number },
): readonly unknown[] {
  const { jobs, outputs } = expected;
  if (outputs === 0) return Array.from({ length: jobs }, () => undefined);
  const columns = outputs === 1 ? [result] : result;
  const isWhole =
    Array.isArray(columns) &&
    columns.length === outputs &&
    columns.every((column) => Array.isArray(column) && column.length === jobs);
  if (!isWhole) {
    throw new VitrineError("WRONG_OUTPUT_COUNT", {
      message: `A function with batch returns ${outputs === 1 ? "an array" : `${outputs} arrays`} of one value for each job; this batch has ${jobs}.`,
    });
  }
  const table = columns as readonly (readonly unknown[])[];
  return Array.from({ length: jobs }, (_, row) =>
    outputs === 1 ? table[0]?.[row] : table.map((column) => column[row]),
  );
}
