import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";

/** The least a page is: one socket that says hello, runs listeners and acknowledges. */
export class BenchPage {
  readonly socket: WebSocket;
  // The ids of jobs are to differ between pages, too.
  readonly #name = randomUUID();
  #nextJob = 0;
  #lastSeq = 0;
  #acked = 0;
  #onEnd: (() => void) | undefined;
  text = "";
  /** Id of its session. */
  session = "";

  static async open(port: number): Promise<BenchPage> {
    const page = new BenchPage(
      new WebSocket(`ws://127.0.0.1:${port}/socket`, {
        perMessageDeflate: false,
        origin: `http://127.0.0.1:${port}`,
      }),
    );
    await once(page.socket, "open");
    page.socket.send('{"type":"hello","version":1}');
    const [welcome] = (await once(page.socket, "message")) as [Buffer];
    page.session = (JSON.parse(String(welcome)) as [number, { session: { id: string } }])[1].session.id;
    return page;
  }

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.#receive(String(data)));
  }

  /** Runs a listener, until its last status. */
  run(listenerId: string, payloads: readonly unknown[] = ["hello"]): Promise<void> {
    const jobId = `${this.#name}-${this.#nextJob++}`;
    this.socket.send(JSON.stringify({ type: "run", jobId, listenerId, payloads }));
    return new Promise((resolve) => (this.#onEnd = resolve));
  }

  #receive(frame: string): void {
    const [seq, message] = JSON.parse(frame) as [
      number,
      {
        type: string;
        status?: { stage: string };
        updates?: { payload?: string; changes?: [string, unknown, string][] }[];
      },
    ];
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    if (this.#lastSeq - this.#acked >= 50)
      this.socket.send(`{"type":"ack","seq":${(this.#acked = this.#lastSeq)}}`);
    for (const { payload, changes } of message.updates ?? [])
      this.text = payload ?? this.text + (changes?.[0]?.[2] ?? "");
    const stage = message.type === "status" ? message.status?.stage : undefined;
    if (stage === "failed") throw new Error(frame);
    if (stage === "complete") this.#onEnd?.();
  }
}
