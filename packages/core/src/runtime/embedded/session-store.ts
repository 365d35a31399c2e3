import { VitrineError } from "../../errors.ts";
import { toSessionId, type SessionId } from "../../ids.ts";
import type { SessionStore, StoredSession } from "../engine.ts";
import type { Clock, Ids, Unsubscribe } from "../ports.ts";

export interface SessionStoreOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Sessions kept at most; closed ones make room, longest closed first. @default 10000 */
  readonly capacity?: number;
  /** How long a session is kept after it closed, in milliseconds. @default 60 minutes */
  readonly ttlMs?: number;
}

interface Entry {
  readonly secretHash: string;
  readonly identity: string | undefined;
  version: number;
  data: string;
  isOpen: boolean;
  expiresAtMs: number;
}

const sweepEveryMs = 1000;

/** The sessions of one process, in memory. */
export class EmbeddedSessionStore implements SessionStore {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #capacity: number;
  readonly #ttlMs: number;
  /** Closed sessions stand in the order in which they closed. */
  readonly #entries = new Map<SessionId, Entry>();
  readonly #expireCallbacks = new Set<(id: SessionId, data: string) => void>();
  #stopSweep: Unsubscribe | undefined;

  constructor({ clock, ids, capacity = 10_000, ttlMs = 60 * 60 * 1000 }: SessionStoreOptions) {
    this.#clock = clock;
    this.#ids = ids;
    this.#capacity = capacity;
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  async create({
    data,
    identity,
  }: {
    readonly data: string;
    readonly identity: string | undefined;
  }): Promise<{ id: SessionId; secret: string }> {
    if (this.#entries.size >= this.#capacity) this.#makeRoom();
    const id = toSessionId(this.#ids.createId());
    const secret = this.#ids.createSecret();
    this.#entries.set(id, {
      secretHash: this.#ids.hash(secret),
      identity,
      version: 1,
      data,
      isOpen: true,
      expiresAtMs: Infinity,
    });
    return { id, secret };
  }

  async verify(
    id: SessionId,
    { secret, identity }: { readonly secret: string; readonly identity: string | undefined },
  ): Promise<boolean> {
    const entry = this.#entries.get(id);
    // Digests are compared, so the time it takes tells nothing of the secret.
    return entry !== undefined && entry.secretHash === this.#ids.hash(secret) && entry.identity === identity;
  }

  async load(id: SessionId): Promise<StoredSession | undefined> {
    const entry = this.#entries.get(id);
    return entry && { version: entry.version, data: entry.data };
  }

  async save(id: SessionId, expected: number, data: string): Promise<{ ok: boolean }> {
    const entry = this.#entries.get(id);
    if (entry?.version !== expected) return { ok: false };
    entry.version++;
    entry.data = data;
    return { ok: true };
  }

  async setOpen(id: SessionId, isOpen: boolean): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.isOpen = isOpen;
    entry.expiresAtMs = isOpen ? Infinity : this.#clock.now() + this.#ttlMs;
    // To the end, so that the map keeps the order of closing.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    if (!isOpen) this.#sweepLater();
  }

  async drop(id: SessionId): Promise<void> {
    this.#entries.delete(id);
  }

  onExpire(callback: (id: SessionId, data: string) => void): Unsubscribe {
    this.#expireCallbacks.add(callback);
    return () => this.#expireCallbacks.delete(callback);
  }

  close(): void {
    this.#stopSweep?.();
    this.#entries.clear();
  }

  #makeRoom(): void {
    for (const [id, entry] of this.#entries) {
      if (entry.isOpen) continue;
      this.#expire(id, entry);
      return;
    }
    throw new VitrineError("SESSION_LIMIT", {
      message: `${this.#capacity} sessions are open, which is the most this server takes.`,
    });
  }

  #sweepLater(): void {
    this.#stopSweep ??= this.#clock.setTimer(sweepEveryMs, () => {
      this.#stopSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    let hasClosed = false;
    for (const [id, entry] of this.#entries) {
      if (entry.isOpen) continue;
      if (entry.expiresAtMs <= nowMs) this.#expire(id, entry);
      else hasClosed = true;
    }
    if (hasClosed) this.#sweepLater();
  }

  #expire(id: SessionId, entry: Entry): void {
    this.#entries.delete(id);
    for (const callback of this.#expireCallbacks) callback(id, entry.data);
  }
}
