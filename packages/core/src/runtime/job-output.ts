import type { BlockId, JobId } from "../ids.ts";
import type { Json } from "../json.ts";
import { diffPayload } from "../protocol/patch.ts";
import type { BlockUpdate, ServerMessage } from "../protocol/server-messages.ts";
import type { ProgressReport } from "../protocol/status.ts";
import { Coalescer } from "./coalesce.ts";
import type { Clock } from "./ports.ts";
import type { OutputUpdate } from "./run-job.ts";

/** Streamed values reach a page at most this often. */
const outputEveryMs = 33;
const progressEveryMs = 66;
/** Changes longer than this share of the whole payload are sent as the whole. */
const worthwhileShare = 0.7;

interface JobOutputOptions {
  readonly jobId: JobId;
  readonly clock: Clock;
  /** Sends every result at once, whole and all of it, as API clients are promised. @default false */
  readonly isEveryResultSent?: boolean;
  readonly send: (message: ServerMessage) => void;
  readonly sendProgress: (progress: ProgressReport) => void;
  /** Told of every payload and prop as it is sent, to keep what a returning page needs. */
  readonly remember: (update: OutputUpdate) => void;
}

/** What one job tells the page: coalesced in time, and as changes of what it told before. */
export class JobOutput {
  readonly #options: JobOutputOptions;
  readonly #updates: Coalescer<ReadonlyMap<BlockId, OutputUpdate>>;
  readonly #progress: Coalescer<ProgressReport>;
  /** What the page has of this job's outputs; changes are relative to it. */
  readonly #sent = new Map<BlockId, Json>();

  constructor(options: JobOutputOptions) {
    this.#options = options;
    const { clock, isEveryResultSent } = options;
    const everyMs = isEveryResultSent ? 0 : outputEveryMs;
    this.#updates = new Coalescer({ clock, everyMs, send: (updates) => this.#send(updates) });
    this.#progress = new Coalescer({ clock, everyMs: progressEveryMs, send: options.sendProgress });
  }

  give(updates: readonly OutputUpdate[]): void {
    const merged = new Map(this.#updates.pending);
    for (const update of updates) {
      const waiting = merged.get(update.blockId);
      const props = waiting?.props || update.props ? { props: { ...waiting?.props, ...update.props } } : {};
      merged.set(update.blockId, { ...waiting, ...update, ...props });
    }
    this.#updates.give(merged);
  }

  progress(report: ProgressReport): void {
    this.#progress.give(report);
  }

  /** Sends what waits; before the job's last status. */
  flush(): void {
    this.#progress.flush();
    this.#updates.flush();
  }

  /** The page has lost what it had: the next outputs are whole again. */
  rebase(): void {
    this.#sent.clear();
  }

  #send(updates: ReadonlyMap<BlockId, OutputUpdate>): void {
    const messages = [...updates.values()].flatMap((update) => this.#toBlockUpdate(update) ?? []);
    if (messages.length > 0 || this.#options.isEveryResultSent)
      this.#options.send({ type: "output", jobId: this.#options.jobId, updates: messages });
  }

  #toBlockUpdate(update: OutputUpdate): BlockUpdate | undefined {
    const { blockId, payload, props } = update;
    this.#options.remember(update);
    const shownProps = props ? { props: { ...props } } : {};
    if (payload === undefined) return { blockId, ...shownProps };
    if (this.#options.isEveryResultSent) return { blockId, payload, ...shownProps };
    const before = this.#sent.get(blockId);
    this.#sent.set(blockId, payload);
    if (before === undefined) return { blockId, payload, ...shownProps };
    const changes = diffPayload(before, payload);
    if (changes.length === 0) return props ? { blockId, ...shownProps } : undefined;
    if (isWorthwhile(changes, payload)) return { blockId, changes, ...shownProps };
    return { blockId, payload, ...shownProps };
  }
}

function isWorthwhile(changes: readonly unknown[], payload: Json): boolean {
  const [first] = changes;
  if (changes.length === 1 && Array.isArray(first) && first[0] === "append") return true;
  if (typeof payload !== "object") return false;
  return JSON.stringify(changes).length < JSON.stringify(payload).length * worthwhileShare;
}
