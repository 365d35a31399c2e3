import { toBlockId, toJobId, toListenerId, type BlockId, type JobId } from "../ids.ts";
import type { Json } from "../json.ts";
import { protocolVersion } from "../protocol/client-messages.ts";
import { parseServerFrame } from "../protocol/parse.ts";
import { applyChanges } from "../protocol/patch.ts";
import type { ServerMessage, WelcomeMessage } from "../protocol/server-messages.ts";
import { isEnded, type JobStatus } from "../protocol/status.ts";
import type { AppHost } from "../runtime/app-host.ts";
import type { ConnectionRequest, PageConnection } from "../runtime/page-connection.ts";
import { settle } from "./manual-clock.ts";

/** The other end of the protocol, in memory: what a page sends, and what it makes of what it gets. */
export class TestPage {
  readonly host: AppHost;
  readonly frames: { readonly seq: number; readonly message: ServerMessage }[] = [];
  readonly payloads = new Map<BlockId, Json>();
  closed: { readonly code: number; readonly reason: string } | undefined;
  bufferedAmount = 0;
  lastSeq = 0;
  welcome: WelcomeMessage | undefined;
  connection: PageConnection;
  readonly #request: ConnectionRequest;
  #nextJob = 0;

  static async open(host: AppHost): Promise<TestPage> {
    const page = new TestPage(host);
    await page.say({ type: "hello", version: protocolVersion });
    return page;
  }

  constructor(host: AppHost, request: Partial<ConnectionRequest> = {}) {
    this.host = host;
    this.#request = { headers: {}, query: {}, clientAddress: "127.0.0.1", ...request };
    this.connection = this.connect();
  }

  /** A fresh socket; the older one is left as it is. */
  connect(): PageConnection {
    const receive = (text: string): void => this.#receive(text);
    const page = this;
    this.connection = this.host.connect(
      {
        send: receive,
        get bufferedAmount() {
          return page.bufferedAmount;
        },
        close: (code, reason) => {
          page.closed = { code, reason };
        },
      },
      this.#request,
    );
    return this.connection;
  }

  async say(message: object): Promise<void> {
    this.connection.receive(JSON.stringify(message));
    await settle();
  }

  /** The socket drops, and a new one returns to the session. */
  async reconnect(): Promise<void> {
    await this.#return(this.lastSeq);
  }

  /** The page is loaded anew: it has nothing left of what it was told but who it is. */
  async reload(): Promise<void> {
    this.payloads.clear();
    await this.#return(undefined);
  }

  async #return(after: number | undefined): Promise<void> {
    this.connection.closed();
    this.connect();
    await this.say({
      type: "hello",
      version: protocolVersion,
      session: this.welcome?.session,
      ...(after === undefined ? {} : { after }),
    });
  }

  async run(listener: string, payloads: readonly Json[], trigger?: object): Promise<JobId> {
    const jobId = toJobId(`job-${this.host.sessionCount}-${this.#nextJob++}`.padEnd(10, "0"));
    await this.say({
      type: "run",
      jobId,
      listenerId: toListenerId(listener),
      payloads,
      ...(trigger ? { trigger } : {}),
    });
    return jobId;
  }

  statuses(jobId: JobId): JobStatus[] {
    return this.frames.flatMap(({ message }) =>
      message.type === "status" && message.jobId === jobId ? [message.status] : [],
    );
  }

  /** How a job ended. */
  end(jobId: JobId): JobStatus | undefined {
    return this.statuses(jobId).findLast(isEnded);
  }

  payload(block: string): Json | undefined {
    return this.payloads.get(toBlockId(block));
  }

  messages<TType extends ServerMessage["type"]>(type: TType): Extract<ServerMessage, { type: TType }>[] {
    return this.frames.flatMap(({ message }) =>
      message.type === type ? [message as Extract<ServerMessage, { type: TType }>] : [],
    );
  }

  readonly #jobPayloads = new Map<string, Json>();

  #receive(text: string): void {
    const [seq, message] = parseServerFrame(text);
    this.frames.push({ seq, message });
    if (seq > 0) this.lastSeq = seq;
    if (message.type === "welcome") this.#welcomed(message);
    if (message.type !== "output") return;
    for (const { blockId, payload, changes } of message.updates) {
      const key = `${message.jobId}/${blockId}`;
      const next =
        payload ?? (changes ? applyChanges(this.#jobPayloads.get(key) ?? null, changes) : undefined);
      if (next === undefined) continue;
      this.#jobPayloads.set(key, next);
      this.payloads.set(blockId, next);
    }
  }

  #welcomed(message: WelcomeMessage): void {
    this.welcome = message;
    this.lastSeq = message.seq;
    for (const [id, payload] of Object.entries(message.snapshot?.payloads ?? {}))
      this.payloads.set(toBlockId(id), payload);
  }
}
