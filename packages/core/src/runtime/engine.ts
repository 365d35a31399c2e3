import type { JobId, SessionId } from "../ids.ts";
import type { Unsubscribe } from "./ports.ts";

/**
 * What an app runs on: its queue, the log of what each session is told, and the sessions' State. The embedded engine
 * keeps all three in memory; another may spread them over machines, and no app can tell the two apart: everything
 * crosses as text, nothing completes synchronously, no object identity survives.
 */
export interface Engine {
  readonly jobs: JobQueue;
  readonly events: EventLog;
  readonly sessions: SessionStore;
  close(): Promise<void>;
}

/** What names a job: pages make the ids, so two sessions may have chosen the same one. */
export interface JobName {
  readonly session: SessionId;
  readonly id: JobId;
}

export interface JobSpec extends JobName {
  /** Concurrency group; its limit was set with `limit`. */
  readonly group: string;
  /** Encoded arguments. */
  readonly args: string;
  /** Waiting jobs of the group beyond this are refused. */
  readonly maxQueue: number;
}

export interface Waiting {
  readonly job: JobSpec;
  /** Jobs that start before this one; 0 is next. */
  readonly position: number;
  /** Rolling estimate; undefined while nothing of the group has run. */
  readonly etaMs: number | undefined;
}

/** Jobs by concurrency group: fair by session, first in first out within a session. */
export interface JobQueue {
  /** How many jobs of a group run at once; `null`: no limit. */
  limit(group: string, count: number | null): Promise<void>;
  /** The same name twice is not accepted again. @throws QUEUE_FULL */
  submit(job: JobSpec): Promise<{ readonly accepted: boolean }>;
  /** A waiting job is removed, a running one gets its signal aborted. */
  cancel(job: JobName, reason: unknown): Promise<"removed" | "signalled" | "gone">;
  /** Calls back for every job whose position changed. */
  watch(onWaiting: (waiting: Waiting) => void): Unsubscribe;
  /** Runs jobs of every group; the slot is given back when the promise settles. */
  work(run: (lease: Lease) => Promise<void>): Unsubscribe;
  /** Jobs that run or wait. */
  readonly size: number;
}

/** The right to run one job. */
export interface Lease {
  readonly job: JobSpec;
  /** Aborts on cancel and shutdown; the reason is a VitrineError. */
  readonly signal: AbortSignal;
  /** Appends to the log of the job's session. Refused after `finish`. */
  emit(message: string): Promise<void>;
  /** The one terminal message, always the last. */
  finish(message: string): Promise<void>;
}

export interface Follower {
  /** Goes on after `onMessage` returned false. */
  resume(): void;
  close(): void;
}

export interface FollowOptions {
  readonly session: SessionId;
  /** Last sequence number already had. */
  readonly after: number;
  /** Returns false to pause until `resume()`: the log is the buffer. */
  onMessage(seq: number, message: string): boolean;
  /** Messages after `after` are no longer kept; the follower goes on from `seq`. */
  onReset(seq: number): void;
}

/** One log for each session with dense sequence numbers 1, 2, 3, … and a bound on what is kept. */
export interface EventLog {
  append(session: SessionId, message: string): Promise<number>;
  follow(options: FollowOptions): Follower;
  /** Messages up to `seq` have arrived and need not be kept. */
  acknowledge(session: SessionId, seq: number): void;
  /** Sequence number of the last message; 0 before the first. */
  lastSeq(session: SessionId): number;
  /** Forgets what is kept for a session; its numbering goes on. */
  trim(session: SessionId): void;
  drop(session: SessionId): void;
  /** Sessions for which a log is kept. */
  readonly size: number;
}

export interface StoredSession {
  readonly version: number;
  readonly data: string;
}

/** What outlives a connection: the secret's digest and the session's data, which holds its State. */
export interface SessionStore {
  /** @throws SESSION_LIMIT when the capacity is used up by sessions that are open */
  create(options: {
    readonly data: string;
    readonly identity: string | undefined;
  }): Promise<{ readonly id: SessionId; readonly secret: string }>;
  /** Whether id, secret and identity belong together. */
  verify(
    id: SessionId,
    credentials: { readonly secret: string; readonly identity: string | undefined },
  ): Promise<boolean>;
  load(id: SessionId): Promise<StoredSession | undefined>;
  /** Saves unless another has saved since `version` was loaded. */
  save(id: SessionId, expected: number, data: string): Promise<{ readonly ok: boolean }>;
  /** While open a session does not expire; closing it starts its time to live. */
  setOpen(id: SessionId, isOpen: boolean): Promise<void>;
  drop(id: SessionId): Promise<void>;
  /** Calls back with the data of sessions whose time is over or that made room for others. */
  onExpire(callback: (id: SessionId, data: string) => void): Unsubscribe;
  readonly size: number;
}
