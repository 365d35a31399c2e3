import {
  isEnded,
  protocolVersion,
  type ClientMessage,
  type Clock,
  type ErrorReport,
  type JobId,
  type ServerMessage,
  type SessionId,
  type WelcomeMessage,
} from "@vitrine/core";
import { systemClock } from "./clock.ts";
import { Outbox } from "./outbox.ts";
import { parseFrame } from "./parse-frame.ts";

/** What the connection needs of a socket; a browser's WebSocket and the `ws` package's both fit. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
}

/** What makes a session this page's own. The secret is the credential. */
export interface SessionKey {
  readonly id: SessionId;
  readonly secret: string;
}

export type ConnectionState =
  | { readonly stage: "connecting" }
  | { readonly stage: "open" }
  /** Lost, or the server restarts; it goes on by itself. */
  | { readonly stage: "reconnecting"; readonly reason: "lost" | "restart" }
  /** Another page has the session now; `useHere()` takes it back. */
  | { readonly stage: "takenOver" }
  /** The server speaks another version; only a reload helps. */
  | { readonly stage: "outdated" }
  | { readonly stage: "closed" };

export interface ConnectionOptions {
  /** Opens a socket to the server; called again for each reconnect. */
  readonly openSocket: () => SocketLike;
  /** Called for every message once, in order. */
  readonly onMessage: (message: ServerMessage) => void;
  readonly onState?: (state: ConnectionState) => void;
  /** Fingerprint of the app the page has. @default the server is not asked whether it has the same */
  readonly app?: () => string | undefined;
  /** A program's: every result comes whole, and no run is taken for a repeated click. @default false */
  readonly isOfApi?: true;
  /** A session to return to, after a reload. @default a new one */
  readonly session?: SessionKey | undefined;
  /** Waits before the first, second, … try to reconnect; the last is repeated. @default [0, 500, 1000, 2000, 5000, 10000] */
  readonly reconnectDelaysMs?: readonly number[];
  readonly clock?: Clock;
  /** 0 to 1, for jitter. @default Math.random */
  readonly random?: () => number;
}

const tooBig: ErrorReport = {
  code: "PAYLOAD_TOO_LARGE",
  message: "That is more than the server takes at once.",
  hint: "Send less, or upload it as a file.",
};
const appChanged: ErrorReport = {
  code: "UNKNOWN_LISTENER",
  message: "The app was changed meanwhile.",
  hint: "Try again.",
};

/** Close codes of the protocol. */
const closedTooBig = 1009;
const closedTakenOver = 4001;
const closedVersion = 4002;

const ackEveryFrames = 50;
const ackAfterMs = 1000;
/** While jobs run, this much silence makes the page ask whether the connection lives. */
const silenceMs = 25_000;
const pongWithinMs = 5000;
const welcomeWithinMs = 10_000;
/** A connection that lived this long was a good one: the next drop is tried again at once. */
const steadyAfterMs = 5000;

/**
 * A session's line to the server. It outlives its sockets: after a drop it reconnects, has the missed frames sent again,
 * and sends again what was not answered; nothing arrives twice.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #outbox = new Outbox();
  /** Jobs the server has answered and not ended. */
  readonly #liveJobs = new Set<JobId>();
  #state: ConnectionState = { stage: "closed" };
  #socket: SocketLike | undefined;
  #session: SessionKey | undefined;
  #isWelcome = false;
  /** Last frame received; undefined until the first welcome. */
  #lastSeq: number | undefined;
  #ackedSeq = 0;
  #attempt = 0;
  #welcomedAtMs = 0;
  #restartAfterMs: number | undefined;
  #stopAckTimer: (() => void) | undefined;
  /** Runs out when the server should have spoken, or when it is time to try again. */
  #stopTimer: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#session = options.session;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The session, once the server has given one. */
  get session(): SessionKey | undefined {
    return this.#session;
  }

  open(): void {
    this.#setState({ stage: "connecting" });
    this.#connect();
  }

  /** Sends a run or a cancel, now or when the connection is back. */
  send(message: Extract<ClientMessage, { type: "run" | "call" | "cancel" }>): void {
    this.#outbox.add(message);
    if (!this.#isWelcome) return;
    this.#sendNow(message);
    this.#expectFrames();
  }

  /** The page woke up, or the network came back: reconnects at once, or asks whether the connection still lives. */
  wake(): void {
    if (this.#state.stage !== "open" && this.#state.stage !== "reconnecting") return;
    if (this.#isWelcome) return this.#ping();
    if (this.#socket) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Takes a session back that another page has taken over. */
  useHere(): void {
    if (this.#state.stage === "takenOver") this.open();
  }

  close(): void {
    this.#dropSocket();
    this.#setState({ stage: "closed" });
  }

  #connect(): void {
    this.#dropSocket();
    const socket = this.#options.openSocket();
    this.#socket = socket;
    const ifCurrent = (act: () => void) => () => {
      if (this.#socket === socket) act();
    };
    socket.addEventListener(
      "open",
      ifCurrent(() => this.#sayHello()),
    );
    socket.addEventListener("message", (event) => ifCurrent(() => this.#receive(event.data))());
    socket.addEventListener("close", (event) => ifCurrent(() => this.#socketClosed(event.code))());
    // Every error is followed by a close; without a listener Node would end the process.
    socket.addEventListener("error", () => undefined);
    this.#setTimer(welcomeWithinMs, () => this.#reconnect("lost"));
  }

  #sayHello(): void {
    const { isOfApi } = this.#options;
    const app = this.#options.app?.();
    this.#sendNow({
      type: "hello",
      version: protocolVersion,
      ...(isOfApi ? { isOfApi } : {}),
      ...(app === undefined ? {} : { app }),
      ...(this.#session ? { session: this.#session } : {}),
      ...(this.#lastSeq === undefined ? {} : { after: this.#lastSeq }),
    });
  }

  #receive(data: unknown): void {
    const frame = parseFrame(data);
    if (!frame) return this.#stop({ stage: "outdated" });
    const [seq, message] = frame;
    if (message.type === "welcome") return this.#welcome(message);
    if (seq > 0) {
      // Sent again after a reconnect, though it had arrived.
      if (seq <= (this.#lastSeq ?? 0)) return;
      this.#lastSeq = seq;
      this.#scheduleAck(seq);
    }
    this.#note(message);
    this.#expectFrames();
    this.#options.onMessage(message);
  }

  #welcome(message: WelcomeMessage): void {
    this.#session = message.session;
    if (message.outcome !== "resumed") {
      this.#lastSeq = message.seq;
      this.#ackedSeq = message.seq;
      this.#liveJobs.clear();
      for (const job of message.snapshot?.jobs ?? []) if (!isEnded(job.status)) this.#liveJobs.add(job.jobId);
    }
    this.#isWelcome = true;
    this.#welcomedAtMs = this.#clock.now();
    this.#setState({ stage: "open" });
    // Meant for listeners of another app.
    if (message.config) this.#failUnanswered(appChanged);
    // Taken before the page hears of it: what it sends then is new, and sent by itself.
    const unanswered = this.#outbox.messages();
    this.#options.onMessage(message);
    for (const again of unanswered) this.#sendNow(again);
    this.#expectFrames();
  }

  #note(message: ServerMessage): void {
    this.#outbox.settle(message);
    if (message.type === "restart") this.#restartAfterMs = message.retryAfterMs;
    if (message.type !== "status") return;
    if (isEnded(message.status)) this.#liveJobs.delete(message.jobId);
    else this.#liveJobs.add(message.jobId);
  }

  #socketClosed(code: number): void {
    if (code === closedTakenOver) return this.#stop({ stage: "takenOver" });
    if (code === closedVersion) return this.#stop({ stage: "outdated" });
    // Sent again, what was too big would close the next connection too.
    if (code === closedTooBig) this.#failUnanswered(tooBig);
    this.#reconnect(this.#restartAfterMs === undefined ? "lost" : "restart");
  }

  #failUnanswered(error: ErrorReport): void {
    for (const { jobId } of this.#outbox.giveUp()) this.#options.onMessage({ type: "refused", jobId, error });
  }

  #reconnect(reason: "lost" | "restart"): void {
    if (this.#isWelcome && this.#clock.now() - this.#welcomedAtMs > steadyAfterMs) this.#attempt = 0;
    this.#dropSocket();
    const delays = this.#options.reconnectDelaysMs ?? [0, 500, 1000, 2000, 5000, 10_000];
    const delayMs = delays[Math.min(this.#attempt, delays.length - 1)] ?? 0;
    this.#attempt++;
    const jitter = 0.5 + (this.#options.random ?? Math.random)();
    const waitMs = this.#restartAfterMs ?? delayMs * jitter;
    this.#restartAfterMs = undefined;
    this.#setTimer(waitMs, () => this.#connect());
    this.#setState({ stage: "reconnecting", reason });
  }

  #stop(state: ConnectionState): void {
    this.#dropSocket();
    this.#setState(state);
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isWelcome = false;
    this.#stopTimer?.();
    this.#stopAckTimer?.();
    this.#stopAckTimer = undefined;
    socket?.close();
  }

  #scheduleAck(seq: number): void {
    if (seq - this.#ackedSeq >= ackEveryFrames) return this.#ack();
    this.#stopAckTimer ??= this.#clock.setTimer(ackAfterMs, () => this.#ack());
  }

  #ack(): void {
    this.#stopAckTimer?.();
    this.#stopAckTimer = undefined;
    this.#ackedSeq = this.#lastSeq ?? 0;
    this.#sendNow({ type: "ack", seq: this.#ackedSeq });
  }

  /** A half-open connection looks alive; while an answer is awaited the page asks. An idle page is silent. */
  #expectFrames(): void {
    this.#stopTimer?.();
    if (!this.#outbox.isEmpty || this.#liveJobs.size > 0) this.#setTimer(silenceMs, () => this.#ping());
  }

  #ping(): void {
    this.#sendNow({ type: "ping" });
    this.#setTimer(pongWithinMs, () => this.#reconnect("lost"));
  }

  #setTimer(ms: number, callback: () => void): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.setTimer(ms, callback);
  }

  #sendNow(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }
}
