import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { VitrineError, type AppHost, type ConnectionRequest, type Logger } from "@vitrine/core";
import { WebSocketServer } from "ws";
import {
  assertKnownHost,
  assertSameOrigin,
  headersOf,
  isLoopbackAddress,
  type OriginPolicy,
} from "../http/same-origin.ts";
import { AddressLimits } from "./address-limits.ts";
import { countedAddress } from "./client-address.ts";
import { PageSocket } from "./page-socket.ts";
import { defaultSocketLimits, type SocketLimits } from "./socket-limits.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";

/** How often sockets are looked at. */
const watchEveryMs = 5000;

/** Whoever sends one origin after another does not fill the log. */
const maxRefusedOrigins = 20;

export interface SocketServerOptions {
  readonly host: Promise<AppHost>;
  readonly log: Logger;
  readonly policy: OriginPolicy;
  readonly limits?: Partial<SocketLimits>;
  /** @default 0 */
  readonly trustedProxies?: number;
}

/** Takes upgrade requests and keeps the sockets of one app. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #limits: SocketLimits;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<PageSocket>();
  readonly #addresses: AddressLimits;
  readonly #watch: NodeJS.Timeout;
  readonly #refusedOrigins = new Set<string>();
  #isClosing = false;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultSocketLimits, ...options.limits };
    this.#addresses = new AddressLimits(this.#limits);
    // Compression costs ten times the time and twenty times the memory of a small frame.
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: this.#limits.maxFrameBytes,
    });
    const everyMs = Math.min(watchEveryMs, this.#limits.pingEveryMs);
    this.#watch = setInterval(() => this.#checkLives(), everyMs).unref();
  }

  /** Sockets that are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Answers an upgrade request: with a socket, or with the reason why not. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A client that goes away while it waits is no error of ours.
    socket.on("error", () => undefined);
    let leave = (): void => undefined;
    try {
      this.#assertAllowed(request);
      const host = await this.#options.host;
      if (this.#isClosing || host.isDraining) {
        throw new VitrineError("ENGINE_UNAVAILABLE", { message: "The server is going down." });
      }
      leave = this.#enter(request);
      socket.once("close", leave);
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        const page = new PageSocket(webSocket, {
          host,
          request: describeRequest(request),
          limits: this.#limits,
        });
        this.#sockets.add(page);
        webSocket.once("close", () => this.#sockets.delete(page));
      });
    } catch (error) {
      leave();
      this.#logRefusal(request, error);
      refuseUpgrade(socket, error);
    }
  }

  /** Tells pages when to come back. */
  announceRestart(): void {
    for (const client of this.#server.clients) {
      // Spread, so that they do not all come at once.
      const retryAfterMs = 500 + Math.round(Math.random() * 4500);
      client.send(`[0,${JSON.stringify({ type: "restart", retryAfterMs })}]`);
    }
  }

  /** Takes no more sockets and ends those that are open, at last without waiting for the other end. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#watch);
    const clients = [...this.#server.clients];
    const gone = clients.map(
      (client) => new Promise<void>((resolve) => client.once("close", () => resolve())),
    );
    for (const client of clients) client.close(1012, "restart");
    const force = setTimeout(() => clients.forEach((client) => client.terminate()), 1000);
    await Promise.all(gone);
    clearTimeout(force);
  }

  #assertAllowed(request: IncomingMessage): void {
    const header = headersOf(request);
    const { policy } = this.#options;
    assertKnownHost(header, { ...policy, isLoopback: isLoopbackAddress(request.socket.localAddress) });
    assertSameOrigin(header, policy);
  }

  /** Counts the socket for its address. @throws ADDRESS_LIMIT */
  #enter(request: IncomingMessage): () => void {
    const { trustedProxies = 0 } = this.#options;
    const { remoteAddress } = request.socket;
    const address = countedAddress({ remoteAddress, header: headersOf(request), trustedProxies });
    return address === undefined ? () => undefined : this.#addresses.open(address, performance.now());
  }

  /** The page can only say that it has no connection; why is found in the log, once for each origin. */
  #logRefusal(request: IncomingMessage, error: unknown): void {
    const { log } = this.#options;
    if (!(error instanceof VitrineError)) return log.error("An upgrade failed", { error });
    const origin = (request.headers.origin ?? "").slice(0, 200);
    const isKnown = this.#refusedOrigins.has(origin) || this.#refusedOrigins.size >= maxRefusedOrigins;
    if (error.code !== "ORIGIN_REFUSED" || isKnown) return;
    this.#refusedOrigins.add(origin);
    log.warn(`A socket was refused. ${error.message} ${error.hint}`, { origin, host: request.headers.host });
  }

  #checkLives(): void {
    const nowMs = performance.now();
    for (const socket of this.#sockets) socket.checkLife(nowMs);
    this.#addresses.sweep(nowMs);
  }
}

function describeRequest(request: IncomingMessage): ConnectionRequest {
  const header = headersOf(request);
  const names = Object.keys(request.headers);
  const search = (request.url ?? "").split("?")[1] ?? "";
  return {
    headers: Object.fromEntries(names.map((name) => [name, header(name) ?? ""])),
    query: Object.fromEntries(new URLSearchParams(search)),
    clientAddress: request.socket.remoteAddress ?? "",
  };
}
