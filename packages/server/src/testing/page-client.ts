import { once } from "node:events";
import { parseServerFrame, protocolVersion, type ServerMessage } from "@vitrine/core";
import { WebSocket, type ClientOptions } from "ws";

/** A page without a browser: speaks the protocol over a real socket. */
export class PageClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url.replace(/^http/, "ws"), options);
    this.socket.on("message", (data: Buffer) => {
      this.messages.push(parseServerFrame(data.toString())[1]);
      for (const check of this.#waiting) check();
    });
    this.closed = new Promise((resolve) => this.socket.once("close", (code) => resolve(code)));
    this.socket.on("error", () => undefined);
  }

  /** Opens a socket at `<base>/socket` and says hello. */
  static async open(base: string, options: ClientOptions = {}): Promise<PageClient> {
    const page = new PageClient(`${base}/socket`, options);
    await once(page.socket, "open");
    page.send({ type: "hello", version: protocolVersion });
    await page.next("welcome");
    return page;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message of this type that has come or comes. */
  next<TType extends ServerMessage["type"]>(type: TType): Promise<Extract<ServerMessage, { type: TType }>> {
    return this.find((message): message is Extract<ServerMessage, { type: TType }> => message.type === type);
  }

  find<TMessage extends ServerMessage>(
    isWanted: (message: ServerMessage) => message is TMessage,
  ): Promise<TMessage> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.messages.find(isWanted);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** The first payload an output gets from this job. */
  async run(listenerId: string, payloads: readonly unknown[]): Promise<unknown> {
    const jobId = `job-${Math.random().toString(36).slice(2, 12).padEnd(8, "0")}`;
    this.send({ type: "run", jobId, listenerId, payloads });
    const output = await this.find(
      (message): message is Extract<ServerMessage, { type: "output" }> =>
        message.type === "output" && message.jobId === jobId,
    );
    return output.updates[0]?.payload;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
