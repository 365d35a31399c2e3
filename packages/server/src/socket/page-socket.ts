import {
  closeCodes,
  VitrineError,
  type AppHost,
  type ConnectionRequest,
  type PageConnection,
} from "@vitrine/core";
import { WebSocket, type RawData } from "ws";
import type { SocketLimits } from "./socket-limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** RFC 6455 close code for what breaks the rules. */
const policyViolation = 1008;

interface PageSocketOptions {
  readonly host: AppHost;
  readonly request: ConnectionRequest;
  readonly limits: SocketLimits;
}

/** One WebSocket of a page: hands its frames over, and watches that both directions keep flowing. */
export class PageSocket {
  readonly #socket: WebSocket;
  readonly #page: PageConnection;
  readonly #limits: SocketLimits;
  readonly #bucket: TokenBucket;
  #helloTimer: NodeJS.Timeout | undefined;
  #stuckTimer: NodeJS.Timeout | undefined;
  #isFull = false;
  #dropped = 0;
  #lastComplaintMs = -Infinity;
  #lastFrameMs = performance.now();
  #lastPingMs = performance.now();

  constructor(socket: WebSocket, { host, request, limits }: PageSocketOptions) {
    this.#socket = socket;
    this.#limits = limits;
    this.#bucket = new TokenBucket({
      perSecond: limits.framesPerSecond,
      burst: limits.frameBurst,
      nowMs: performance.now(),
    });
    const send = (text: string): void => this.#send(text);
    const connection = {
      send,
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      close: (code: number, reason: string) => socket.close(code, reason),
    };
    this.#page = host.connect(connection, request);
    this.#helloTimer = setTimeout(() => this.#expectSession(), limits.helloWithinMs).unref();
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => (this.#lastFrameMs = performance.now()));
    socket.on("close", () => this.#closed());
    // What is wrong with a frame closes the socket with a code; there is nothing more to do about it.
    socket.on("error", () => undefined);
  }

  /** Pings the page when it is time; ends the socket when nothing has come back for too long. */
  checkLife(nowMs: number): void {
    if (nowMs - this.#lastFrameMs > this.#limits.deadAfterMs) return this.#socket.terminate();
    if (nowMs - this.#lastPingMs < this.#limits.pingEveryMs) return;
    this.#lastPingMs = nowMs;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Whatever else it said: without a session a socket is nobody's page. */
  #expectSession(): void {
    if (!this.#page.session) this.#socket.close(policyViolation, "no hello");
  }

  #receive(data: RawData, isBinary: boolean): void {
    const nowMs = performance.now();
    this.#lastFrameMs = nowMs;
    const cost = this.#page.session?.isOfApi ? 1 / this.#limits.programFactor : 1;
    if (!this.#bucket.take(nowMs, cost)) return this.#drop(nowMs);
    if (isBinary) {
      const message = "A frame expected text, got binary data.";
      return this.#page.refuse(new VitrineError("PROTOCOL_FRAME", { message }));
    }
    this.#page.receive(toText(data));
  }

  /** Too many frames: they are not read. The page is told once a second, and cut off when it does not stop. */
  #drop(nowMs: number): void {
    this.#dropped += 1;
    if (this.#dropped > this.#limits.maxDroppedFrames)
      return this.#socket.close(policyViolation, "too many frames");
    if (nowMs - this.#lastComplaintMs < 1000) return;
    this.#lastComplaintMs = nowMs;
    const message = `A page may send ${this.#limits.framesPerSecond} frames a second, got more.`;
    this.#page.refuse(new VitrineError("RATE_LIMITED", { message }));
  }

  #send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text, () => this.#sent());
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount > this.#limits.drainedBelowBytes) this.#isFull = true;
    if (bufferedAmount <= this.#limits.stuckAboveBytes || this.#stuckTimer) return;
    this.#watchStuck(performance.now());
  }

  /** Gives a slow line time for what there is to send: one large value must not end its page again and again. */
  #watchStuck(sinceMs: number): void {
    const { stuckAboveBytes, stuckAfterMs } = this.#limits;
    const allowedMs = stuckAfterMs * Math.ceil(this.#socket.bufferedAmount / stuckAboveBytes);
    const leftMs = sinceMs + allowedMs - performance.now();
    if (leftMs <= 0) return this.#giveUp();
    this.#stuckTimer = setTimeout(() => this.#watchStuck(sinceMs), leftMs).unref();
  }

  #sent(): void {
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount <= this.#limits.stuckAboveBytes) {
      clearTimeout(this.#stuckTimer);
      this.#stuckTimer = undefined;
    }
    if (!this.#isFull || bufferedAmount > this.#limits.drainedBelowBytes) return;
    this.#isFull = false;
    this.#page.drained();
  }

  /** A reader that does not read: what it misses is in the log when it comes back. */
  #giveUp(): void {
    this.#socket.close(closeCodes.overloaded, "too slow");
    // The close frame waits behind what is not read either.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  #closed(): void {
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#stuckTimer);
    this.#page.closed();
  }
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
