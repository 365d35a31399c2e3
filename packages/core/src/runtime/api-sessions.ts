import type { SessionId } from "../ids.ts";
import type { AppHost } from "./app-host.ts";
import { ApiSession } from "./api-session.ts";
import type { ConnectionRequest } from "./page-connection.ts";

/**
 * The sessions of API clients, by the names the clients chose. A name opens nothing but what the same kind of client
 * began under it: sessions of pages have no such name, and ids of sessions are none.
 */
export class ApiSessions {
  readonly #host: AppHost;
  readonly #byKey = new Map<string, Promise<ApiSession>>();
  readonly #keys = new Map<SessionId, string>();

  constructor(host: AppHost) {
    this.#host = host;
  }

  /**
   * The session of this name, or a new one.
   *
   * @param namespace the kind of client, such as `"gradio"`
   * @throws SESSION_LIMIT
   */
  open(namespace: string, name: string, request: ConnectionRequest): Promise<ApiSession> {
    const key = JSON.stringify([namespace, request.identity ?? null, name]);
    const known = this.#byKey.get(key);
    if (known) return known;
    const opened = this.#begin(key, request);
    this.#byKey.set(key, opened);
    opened.catch(() => this.#byKey.delete(key));
    return opened;
  }

  /** The session of this name, if there is one. */
  find(namespace: string, name: string, request: ConnectionRequest): Promise<ApiSession> | undefined {
    return this.#byKey.get(JSON.stringify([namespace, request.identity ?? null, name]));
  }

  /** The session's time is over. */
  forget(id: SessionId): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    this.#keys.delete(id);
    this.#byKey.delete(key);
  }

  async #begin(key: string, request: ConnectionRequest): Promise<ApiSession> {
    const session = await this.#host.createApiSession(request);
    this.#keys.set(session.id, key);
    return new ApiSession(this.#host, session);
  }
}
