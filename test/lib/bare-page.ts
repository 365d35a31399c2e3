import { once } from "node:events";
import { applyChanges, isEnded, parseServerFrame, protocolVersion, type ServerMessage } from "@vitrine/core";
import { WebSocket } from "ws";

type Welcome = Extract<ServerMessage, { type: "welcome" }>;
type Status = Extract<ServerMessage, { type: "status" }>["status"];
type Json = Parameters<typeof applyChanges>[0];

/** What a page shows, and what names its session. */
interface Kept {
  readonly session: Welcome["session"];
  readonly lastSeq: number;
  readonly payloads: ReadonlyMap<string, Json>;
}

interface Options {
  /** What an earlier socket of this page had; without it the page is new. */
  readonly kept?: Kept;
  /** The page was loaded anew: it names its session and has nothing else. */
  readonly isReload?: boolean;
  /** Whether what arrives is acknowledged. @default true */
  readonly acknowledges?: boolean;
  /** Called after each numbered frame. */
  readonly onFrame?: (seq: number) => void;
}

/** A page without a browser: a real socket, and what the protocol makes of what comes over it. */
export class BarePage {
  readonly socket: WebSocket;
  readonly frames: { readonly seq: number; readonly message: ServerMessage }[] = [];
  /** What each block shows. */
  readonly payloads: Map<string, Json>;
  readonly statuses = new Map<string, Status>();
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
  welcome: Welcome | undefined;
  lastSeq: number;
  readonly #options: Options;
  readonly #jobPayloads = new Map<string, Json>();
  readonly #waiting = new Set<() => void>();

  private constructor(url: string, options: Options) {
    this.#options = options;
    this.payloads = new Map(options.isReload ? [] : options.kept?.payloads);
    this.lastSeq = options.kept?.lastSeq ?? 0;
    this.socket = new WebSocket(`${url.replace(/^http/, "ws").replace(/\/$/, "")}/socket`);
    this.socket.on("message", (data: Buffer) => this.#receive(data.toString()));
    this.closed = new Promise((resolve) => this.socket.once("close", (code) => resolve(code)));
    this.socket.on("error", () => undefined);
  }

  /** Opens a socket and says hello. */
  static async open(url: string, options: Options = {}): Promise<BarePage> {
    const page = new BarePage(url, options);
    await once(page.socket, "open");
    const { kept, isReload } = options;
    const asked = kept ? { session: kept.session, ...(isReload ? {} : { after: kept.lastSeq }) } : {};
    page.send({ type: "hello", version: protocolVersion, ...asked });
    await page.until(() => page.welcome !== undefined);
    return page;
  }

  /** What a later socket of this page needs to go on. */
  get kept(): Kept {
    if (!this.welcome) throw new Error("This page has no session.");
    return { session: this.welcome.session, lastSeq: this.lastSeq, payloads: this.payloads };
  }

  /** What an upload sends to prove whose it is. */
  get credentials(): Readonly<Record<string, string>> {
    const { id, secret } = this.kept.session;
    return { "x-vitrine-session": `${id}.${secret}` };
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Starts a job; returns its id. */
  start(listenerId: string, payloads: readonly unknown[]): string {
    const jobId = `job-${Math.random().toString(36).slice(2).padEnd(12, "0")}`;
    this.send({ type: "run", jobId, listenerId, payloads });
    return jobId;
  }

  /** Resolves to how a job ended; to an error when the socket closed before. */
  async end(jobId: string): Promise<Status> {
    const ended = (): Status | undefined => {
      const status = this.statuses.get(jobId);
      return status && isEnded(status) ? status : undefined;
    };
    await this.until(() => ended() !== undefined);
    return ended() as Status;
  }

  run(listenerId: string, payloads: readonly unknown[]): Promise<Status> {
    return this.end(this.start(listenerId, payloads));
  }

  messages<TType extends ServerMessage["type"]>(type: TType): Extract<ServerMessage, { type: TType }>[] {
    return this.frames.flatMap(({ message }) =>
      message.type === type ? [message as Extract<ServerMessage, { type: TType }>] : [],
    );
  }

  /** Waits until something holds, looking again after each frame. @throws when the socket closes first */
  async until(holds: () => boolean): Promise<void> {
    const seen = new Promise<true>((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.#waiting.delete(check);
        resolve(true);
      };
      this.#waiting.add(check);
      check();
    });
    const outcome = await Promise.race([seen, this.closed]);
    if (outcome !== true && !holds()) throw new Error(`The socket was closed with ${outcome}.`);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #receive(text: string): void {
    const [seq, message] = parseServerFrame(text);
    this.frames.push({ seq, message });
    if (seq > 0) this.lastSeq = seq;
    if (message.type === "welcome") this.#welcomed(message);
    if (message.type === "status") this.statuses.set(message.jobId, message.status);
    if (message.type === "output") this.#show(message);
    const { acknowledges = true, onFrame } = this.#options;
    if (seq > 0 && seq % 50 === 0 && acknowledges) this.send({ type: "ack", seq });
    for (const check of this.#waiting) check();
    if (seq > 0) onFrame?.(seq);
  }

  #welcomed(message: Welcome): void {
    this.welcome = message;
    this.lastSeq = message.seq;
    for (const [id, payload] of Object.entries(message.snapshot?.payloads ?? {}))
      this.payloads.set(id, payload);
    for (const { jobId, status } of message.snapshot?.jobs ?? []) this.statuses.set(jobId, status);
  }

  /** Changes are of what this page has from the same job, on whichever socket it came. */
  #show({ jobId, updates }: Extract<ServerMessage, { type: "output" }>): void {
    for (const { blockId, payload, changes } of updates) {
      const key = `${jobId}/${blockId}`;
      const before = this.#jobPayloads.get(key) ?? this.payloads.get(blockId) ?? null;
      const next = payload ?? (changes ? applyChanges(before, changes) : undefined);
      if (next === undefined) continue;
      this.#jobPayloads.set(key, next);
      this.payloads.set(blockId, next);
    }
  }
}
