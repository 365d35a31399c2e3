import type { Block } from "../component/block.ts";
import type { Json } from "../json.ts";

/** The last argument of every listener's function. */
export interface JobContext {
  /** Aborts when the visitor presses Stop, the session is gone, or the server shuts down. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly session: { readonly id: string };
  readonly request: RequestInfo;
  readonly event: EventData;
  readonly log: Log;
}

export interface ProgressOptions {
  /** What is being done just now. */
  readonly description?: string;
}

/**
 * Tells the visitor how far the function is.
 *
 * @example progress(0.3, { description: "Loading" });
 * @example for await (const item of progress.iterate(items)) { … }
 */
export interface Progress {
  /** `fraction` from 0 to 1, or `null` when unknown. */
  (fraction: number | null, options?: ProgressOptions): void;
  /** Steps done of steps in all. */
  steps(done: number, total: number, options?: ProgressOptions): void;
  /** Reports one step for each item taken. */
  iterate<T>(
    items: Iterable<T> | AsyncIterable<T>,
    options?: ProgressOptions & { readonly total?: number },
  ): AsyncIterable<T>;
}

/** Where the call came from. */
export interface RequestInfo {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Address of the other end of the socket; a proxy's, behind a proxy. */
  readonly clientAddress: string;
}

/** What started the job. */
export interface EventData {
  /** The block that reported the event; undefined for `load` and calls by name. */
  readonly target: Block | undefined;
  /** `"click"`, `"change"`, … */
  readonly name: string;
  /** What the event carries: the index and value of a selection, the key pressed, … */
  readonly data: Json;
}

/** Says something to the visitor in a toast, and to the server's log. */
export interface Log {
  info(message: string, options?: LogOptions): void;
  success(message: string, options?: LogOptions): void;
  warning(message: string, options?: LogOptions): void;
}

export interface LogOptions {
  readonly title?: string;
  /** How long the toast stays, in milliseconds; 0 until it is closed. @default 10000 */
  readonly durationMs?: number;
}
