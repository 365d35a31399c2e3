import type { Clock, Unsubscribe } from "@vitrine/core";
import { StreamSession } from "./stream-session.ts";

/** A session whose results nobody reads for this long loses them. */
const unreadMs = 10 * 60 * 1000;
const sweepEveryMs = 60_000;

/** The streams of all sessions, by the name the client chose. Sessions with nothing to tell are not kept. */
export class StreamSessions {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, StreamSession>();
  #stopSweep: Unsubscribe | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#sessions.size;
  }

  of(name: string): StreamSession {
    const known = this.#sessions.get(name);
    if (known) return known;
    const session = new StreamSession(this.#clock, () => this.#sweepLater());
    this.#sessions.set(name, session);
    this.#sweepLater();
    return session;
  }

  find(name: string): StreamSession | undefined {
    return this.#sessions.get(name);
  }

  close(): void {
    this.#stopSweep?.();
    for (const session of this.#sessions.values()) session.stop();
    this.#sessions.clear();
  }

  #sweepLater(): void {
    this.#stopSweep ??= this.#clock.setTimer(sweepEveryMs, () => {
      this.#stopSweep = undefined;
      const nowMs = this.#clock.now();
      for (const [name, session] of this.#sessions) {
        const unusedMs = nowMs - session.lastUsedMs;
        if (session.isIdle ? unusedMs < sweepEveryMs : unusedMs < unreadMs) continue;
        session.abandon();
        this.#sessions.delete(name);
      }
      if (this.#sessions.size > 0) this.#sweepLater();
    });
  }
}
