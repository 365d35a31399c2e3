import type { Clock, Unsubscribe } from "@vitrine/core";
import type { ConnectedClient } from "./mcp-server.ts";

/** Clients that have begun and not ended; the one idle for longest makes room. */
const maxSessions = 1000;
/** A client that asks nothing and does not listen is forgotten after this long, in milliseconds. */
const idleMs = 60 * 60 * 1000;

const sweepEveryMs = 60_000;

interface Entry {
  readonly client: ConnectedClient;
  lastUsedMs: number;
  listeners: number;
}

/** The clients of an app that have a session, by its secret name. */
export class McpSessions {
  readonly #clock: Clock;
  /** The one used longest ago stands first. */
  readonly #entries = new Map<string, Entry>();
  #stopSweep: Unsubscribe | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(id: string, client: ConnectedClient): Promise<void> {
    if (this.#entries.size >= maxSessions) await this.#makeRoom();
    this.#sweepLater();
    this.#entries.set(id, { client, lastUsedMs: this.#clock.now(), listeners: 0 });
  }

  find(id: string): ConnectedClient | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    entry.lastUsedMs = this.#clock.now();
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.client;
  }

  /** The client listens until the signal aborts: it is there although it asks nothing. */
  listen(id: string, signal: AbortSignal): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.listeners++;
    signal.addEventListener(
      "abort",
      () => {
        entry.listeners--;
        entry.lastUsedMs = this.#clock.now();
      },
      { once: true },
    );
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  async close(): Promise<void> {
    this.#stopSweep?.();
    const clients = [...this.#entries.values()].map(({ client }) => client);
    this.#entries.clear();
    await Promise.all(clients.map((client) => client.close()));
  }

  async #makeRoom(): Promise<void> {
    const entries = [...this.#entries];
    const [id] = entries.find(([, { listeners }]) => listeners === 0) ?? entries[0] ?? [];
    if (id !== undefined) await this.#end(id);
  }

  #sweepLater(): void {
    this.#stopSweep ??= this.#clock.setTimer(sweepEveryMs, () => {
      this.#stopSweep = undefined;
      const nowMs = this.#clock.now();
      for (const [id, { listeners, lastUsedMs }] of this.#entries) {
        if (listeners === 0 && lastUsedMs + idleMs < nowMs) void this.#end(id);
      }
      if (this.#entries.size > 0) this.#sweepLater();
    });
  }

  async #end(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    await entry?.client.close();
  }
}
