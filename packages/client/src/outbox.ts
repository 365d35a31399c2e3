import {
  isEnded,
  type CallMessage,
  type ClientMessage,
  type JobId,
  type RunMessage,
  type ServerMessage,
} from "@vitrine/core";

type JobMessage = Extract<ClientMessage, { type: "run" | "call" | "cancel" }>;

interface Entry {
  run?: RunMessage | CallMessage;
  cancel?: JobMessage;
}

/**
 * Runs and cancels the server has not answered yet. They are sent again after a reconnect: the page made the job ids,
 * so the server knows those it has seen.
 */
export class Outbox {
  readonly #entries = new Map<JobId, Entry>();

  add(message: JobMessage): void {
    const entry = this.#entries.get(message.jobId) ?? {};
    if (message.type === "cancel") entry.cancel = message;
    else entry.run = message;
    this.#entries.set(message.jobId, entry);
  }

  /** Takes out what `message` answers: any word about a job answers its run, its end answers a cancel too. */
  settle(message: ServerMessage): void {
    if (message.type !== "output" && message.type !== "status" && message.type !== "refused") return;
    const entry = message.jobId && this.#entries.get(message.jobId);
    if (!entry || !message.jobId) return;
    delete entry.run;
    const hasEnded = message.type === "refused" || (message.type === "status" && isEnded(message.status));
    if (hasEnded || !entry.cancel) this.#entries.delete(message.jobId);
  }

  /** Takes out the runs and returns them; nothing will be sent again. */
  giveUp(): readonly (RunMessage | CallMessage)[] {
    const runs = [...this.#entries.values()].flatMap((entry) => (entry.run ? [entry.run] : []));
    this.#entries.clear();
    return runs;
  }

  /** Everything unanswered, in the order it was added. */
  messages(): readonly JobMessage[] {
    return [...this.#entries.values()].flatMap(({ run, cancel }) =>
      [run, cancel].filter((message) => message !== undefined),
    );
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }
}
