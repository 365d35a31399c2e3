import type { SocketLike } from "@vitrine/client";
import type { AppHost, ConnectionRequest, PageConnection } from "@vitrine/core";

type Listeners = { [TType in "open" | "error" | "message" | "close"]: ((event: never) => void)[] };

/** A socket between a page and a host of the same process. What one side sends arrives at the other on a later tick. */
export class MemorySocket implements SocketLike {
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };
  readonly #connection: PageConnection;
  #isClosed = false;

  constructor(host: AppHost, request: ConnectionRequest) {
    this.#connection = host.connect(
      {
        send: (text) => this.#later(() => this.#emit("message", { data: text })),
        bufferedAmount: 0,
        close: (code) => this.#end(code),
      },
      request,
    );
    this.#later(() => this.#emit("open", undefined));
  }

  send(text: string): void {
    this.#later(() => this.#connection.receive(text));
  }

  /** The page closes it. */
  close(code = 1000): void {
    this.#end(code);
  }

  /** The line is cut: neither side closed it. */
  drop(): void {
    this.#end(1006);
  }

  addEventListener(type: keyof Listeners, listener: (event: never) => void): void {
    this.#listeners[type].push(listener);
  }

  #end(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    queueMicrotask(() => {
      this.#connection.closed();
      this.#emit("close", { code });
    });
  }

  #later(act: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) act();
    });
  }

  #emit(type: keyof Listeners, event: unknown): void {
    for (const listener of this.#listeners[type]) listener(event as never);
  }
}
