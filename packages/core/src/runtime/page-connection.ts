import type { RequestInfo } from "../app/job-context.ts";
import { VitrineError } from "../errors.ts";
import type { JobId } from "../ids.ts";
import { protocolVersion, type ClientMessage, type HelloMessage } from "../protocol/client-messages.ts";
import { jobOfRefused, parseClientMessage } from "../protocol/parse.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { AppHost } from "./app-host.ts";
import type { Follower } from "./engine.ts";
import type { Session } from "./session.ts";

/** One socket, as the transport gives it. */
export interface Connection {
  send(text: string): void;
  /** Bytes given to `send` that have not left yet. */
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
}

/** Where a connection comes from. */
export interface ConnectionRequest extends RequestInfo {
  /** Who is logged in; a session opens only to the identity that began it. */
  readonly identity?: string;
}

export const closeCodes = {
  takenOver: 4001,
  protocolVersion: 4002,
  restart: 1012,
  overloaded: 1013,
} as const;

/** Above this the log is left to be the buffer. */
const maxBufferedBytes = 1 << 20;

/** One page's connection: the first frame opens or returns to a session, the rest are for it. */
export class PageConnection {
  readonly request: ConnectionRequest;
  session: Session | undefined;
  readonly #host: AppHost;
  readonly #connection: Connection;
  #follower: Follower | undefined;
  #isClosed = false;
  /** Frames are handled one after another: hello has to find its session first. */
  #tail: Promise<void> = Promise.resolve();

  constructor(host: AppHost, connection: Connection, request: ConnectionRequest) {
    this.#host = host;
    this.#connection = connection;
    this.request = request;
  }

  /** A text frame arrived. */
  receive(text: string): void {
    if (this.#isClosed) return;
    this.#tail = this.#tail
      .then(() => this.#handle(text))
      .catch((error: unknown) => this.refuse(error, jobOfRefused(text)));
  }

  /** What was sent has left: more may follow. */
  drained(): void {
    this.#follower?.resume();
  }

  /** The socket is gone. */
  closed(): void {
    this.#end();
    if (this.session) this.#host.disconnected(this);
  }

  /** Answers a frame that could not be taken, and says which job it was about; the connection stays. */
  refuse(error: unknown, jobId?: JobId): void {
    const about = jobId === undefined ? {} : { jobId };
    this.#sendDirect({ type: "refused", error: this.#host.report(error, "this frame"), ...about });
  }

  /** Ends the connection; what still arrives on it is not heard. */
  close(code: number, reason: string): void {
    this.#end();
    this.#connection.close(code, reason);
  }

  #end(): void {
    this.#isClosed = true;
    this.#follower?.close();
    this.#follower = undefined;
  }

  async #handle(text: string): Promise<void> {
    if (this.#isClosed) return;
    const message = parseClientMessage(text);
    if (message.type === "hello") return this.#hello(message);
    if (!this.session)
      throw new VitrineError("PROTOCOL_ORDER", {
        message: `The first frame expected hello, got ${message.type}.`,
      });
    return this.#act(message, this.session);
  }

  async #act(message: Exclude<ClientMessage, HelloMessage>, session: Session): Promise<void> {
    switch (message.type) {
      case "run":
        return this.#host.run(session, message);
      case "call":
        return this.#host.call(session, message);
      case "cancel":
        return this.#host.cancel(session, message.jobId);
      case "ack":
        return this.#host.acknowledge(session, message.seq);
      case "ping":
        return this.#sendDirect({ type: "pong" });
    }
  }

  async #hello(message: HelloMessage): Promise<void> {
    if (this.session)
      throw new VitrineError("PROTOCOL_ORDER", { message: "This connection has said hello." });
    if (message.version !== protocolVersion) {
      this.refuse(
        new VitrineError("PROTOCOL_VERSION", {
          message: `The page speaks version ${message.version}, the server ${protocolVersion}.`,
        }),
      );
      this.close(closeCodes.protocolVersion, "protocol version");
      return;
    }
    const opened = await this.#host.openSession(message, this);
    const { session, secret, isKnown } = opened;
    this.session = session;
    // The socket went while its session was opened.
    if (this.#isClosed) return this.#host.disconnected(this);
    const identity = { id: session.id, secret };
    const lastSeq = this.#host.lastSeq(session);
    if (isKnown && message.after !== undefined && message.after <= lastSeq) {
      this.#sendDirect({ type: "welcome", session: identity, outcome: "resumed", seq: message.after });
      this.#follow(session, message.after, identity);
      return;
    }
    const reason = message.session && !isKnown ? { reason: "SESSION_UNKNOWN" } : {};
    const { config } = this.#host;
    const isOtherApp = message.app !== undefined && message.app !== config.fingerprint;
    const snapshot = isKnown ? { snapshot: this.#host.snapshot(session) } : {};
    this.#sendDirect({
      type: "welcome",
      session: identity,
      outcome: isKnown ? "reset" : "new",
      seq: lastSeq,
      ...reason,
      ...snapshot,
      ...(isOtherApp ? { config } : {}),
    });
    this.#follow(session, lastSeq, identity);
  }

  #follow(session: Session, after: number, identity: { id: Session["id"]; secret: string }): void {
    this.#follower = this.#host.follow({
      session: session.id,
      after,
      onMessage: (seq, message) => {
        this.#connection.send(`[${seq},${message}]`);
        return this.#connection.bufferedAmount < maxBufferedBytes;
      },
      onReset: (seq) => {
        this.#sendDirect({
          type: "welcome",
          session: identity,
          outcome: "reset",
          seq,
          snapshot: this.#host.snapshot(session),
        });
      },
    });
  }

  #sendDirect(message: ServerMessage): void {
    this.#connection.send(`[0,${JSON.stringify(message)}]`);
  }
}
