import type { JobStatus, JsonObject } from "@vitrine/core";

export interface ProgressNotice {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** Between two notices, in milliseconds: a client that reads slowly is not buried. */
const everyMs = 50;
const maxMessageLength = 300;

/** Tells how far a call is: by what the function reports, or by the values it gives. What is told only ever grows. */
export class McpProgress {
  readonly #send: (notice: ProgressNotice) => void;
  #last = 0;
  #values = 0;
  #hasFraction = false;
  #waiting: ProgressNotice | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (notice: ProgressNotice) => void) {
    this.#send = send;
  }

  status(status: JobStatus): void {
    if (status.stage === "queued")
      return this.#tell({ message: `${status.position} before it in the queue` });
    if (status.stage !== "running" || !status.progress) return;
    const { fraction, description } = status.progress;
    this.#hasFraction ||= fraction !== undefined;
    this.#tell({
      ...(fraction === undefined ? {} : { progress: fraction, total: 1 }),
      ...(description === undefined ? {} : { message: description }),
    });
  }

  value(data: JsonObject): void {
    this.#values++;
    const message = JSON.stringify(data);
    this.#tell({
      ...(this.#hasFraction ? {} : { progress: this.#values }),
      message: message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message,
    });
  }

  /** Sends what waits; nothing follows. */
  end(): void {
    clearTimeout(this.#timer);
    this.#flush();
  }

  #tell({ progress = 0, ...rest }: Partial<ProgressNotice>): void {
    // The protocol asks for a number that grows with each notice.
    this.#last = progress > this.#last ? progress : this.#last + 1e-6;
    this.#waiting = { progress: this.#last, ...rest };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, everyMs);
  }

  #flush(): void {
    if (this.#waiting) this.#send(this.#waiting);
    this.#waiting = undefined;
  }
}
