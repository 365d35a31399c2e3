import type { SessionId } from "../../ids.ts";
import type { EventLog, Follower, FollowOptions } from "../engine.ts";

export interface EventLogLimits {
  /** Messages kept for one session. @default 1000 */
  readonly maxMessages?: number;
  /** Characters kept for one session. @default 1 MiB */
  readonly maxSize?: number;
  /** Characters kept for all sessions; those without a follower give up theirs first, then the largest. @default 256 MiB */
  readonly maxTotalSize?: number;
}

interface Log {
  lastSeq: number;
  /** The newest messages; `lastSeq - messages.length + 1` is the number of the first. */
  messages: string[];
  size: number;
  readonly followers: Set<LogFollower>;
}

/** The logs of one process, in memory. */
export class EmbeddedEventLog implements EventLog {
  readonly #limits: Required<EventLogLimits>;
  readonly #logs = new Map<SessionId, Log>();
  #totalSize = 0;

  constructor({ maxMessages = 1000, maxSize = 1 << 20, maxTotalSize = 256 << 20 }: EventLogLimits = {}) {
    this.#limits = { maxMessages, maxSize, maxTotalSize };
  }

  get size(): number {
    return this.#logs.size;
  }

  async append(session: SessionId, message: string): Promise<number> {
    const log = this.#log(session);
    log.lastSeq++;
    log.messages.push(message);
    this.#resize(log, message.length);
    while (
      log.messages.length > 1 &&
      (log.messages.length > this.#limits.maxMessages || log.size > this.#limits.maxSize)
    )
      this.#shift(log);
    if (this.#totalSize > this.#limits.maxTotalSize) this.#makeRoom();
    for (const follower of log.followers) follower.wake();
    return log.lastSeq;
  }

  follow(options: FollowOptions): Follower {
    const log = this.#log(options.session);
    const follower = new LogFollower(log, options);
    log.followers.add(follower);
    follower.wake();
    return follower;
  }

  acknowledge(session: SessionId, seq: number): void {
    const log = this.#logs.get(session);
    if (!log) return;
    while (log.messages.length > 0 && firstSeq(log) <= seq) this.#shift(log);
  }

  lastSeq(session: SessionId): number {
    return this.#logs.get(session)?.lastSeq ?? 0;
  }

  trim(session: SessionId): void {
    const log = this.#logs.get(session);
    if (!log) return;
    this.#resize(log, -log.size);
    log.messages = [];
  }

  drop(session: SessionId): void {
    this.trim(session);
    this.#logs.delete(session);
  }

  #log(session: SessionId): Log {
    const known = this.#logs.get(session);
    if (known) return known;
    const log: Log = { lastSeq: 0, messages: [], size: 0, followers: new Set() };
    this.#logs.set(session, log);
    return log;
  }

  #shift(log: Log): void {
    const message = log.messages.shift();
    if (message !== undefined) this.#resize(log, -message.length);
  }

  #resize(log: Log, by: number): void {
    log.size += by;
    this.#totalSize += by;
  }

  #makeRoom(): void {
    for (const [session, log] of this.#logs) {
      if (this.#totalSize <= this.#limits.maxTotalSize) return;
      if (log.followers.size === 0) this.trim(session);
    }
    // Pages that are there and never acknowledge: whoever has more than an equal share begins anew.
    const share = this.#limits.maxTotalSize / this.#logs.size;
    for (const [session, log] of this.#logs) {
      if (this.#totalSize <= this.#limits.maxTotalSize) return;
      if (log.size > share) this.trim(session);
    }
  }
}

function firstSeq(log: Log): number {
  return log.lastSeq - log.messages.length + 1;
}

class LogFollower implements Follower {
  readonly #log: Log;
  readonly #options: FollowOptions;
  #cursor: number;
  #isScheduled = false;
  #isPaused = false;
  #isClosed = false;

  constructor(log: Log, options: FollowOptions) {
    this.#log = log;
    this.#options = options;
    this.#cursor = options.after;
  }

  /** Delivers on a later tick, so that whoever appends is never called back in the middle of its work. */
  wake(): void {
    if (this.#isScheduled || this.#isPaused || this.#isClosed) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#log.followers.delete(this);
  }

  #deliver(): void {
    this.#isScheduled = false;
    if (this.#isClosed) return;
    const log = this.#log;
    const first = firstSeq(log);
    if (this.#cursor + 1 < first || this.#cursor > log.lastSeq) {
      this.#cursor = log.lastSeq;
      this.#options.onReset(log.lastSeq);
      return;
    }
    while (!this.#isPaused && !this.#isClosed && this.#cursor < log.lastSeq) {
      const message = log.messages[this.#cursor + 1 - firstSeq(log)];
      this.#cursor++;
      if (message !== undefined) this.#isPaused = !this.#options.onMessage(this.#cursor, message);
    }
  }
}
