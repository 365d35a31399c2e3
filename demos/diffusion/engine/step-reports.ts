import type { StepEvent } from "../pipeline/generation/run-context.ts";
import type { EngineReport } from "./messages.ts";

type Sent = Extract<EngineReport, { type: "steps" }>["events"];

/** Nobody sees more of a picture than this often. */
const leastMs = 50;

/**
 * Sends steps as they are taken, but not more than twenty times a second: what a message costs would otherwise be a
 * good part of what a step of a small model costs. Steps wait for the next one at most, and the last of a pass never
 * does.
 */
export class StepReports {
  readonly #send: (events: Sent) => void;
  #waiting: Sent = [];
  #sentMs = -Infinity;

  constructor(send: (events: Sent) => void) {
    this.#send = send;
  }

  add(event: StepEvent): void {
    const now = performance.now();
    this.#waiting.push({ ...event, previews: [...event.previews] });
    if (event.step < event.steps && now - this.#sentMs < leastMs) return;
    this.#sentMs = now;
    this.flush();
  }

  /** Sends what still waits, which is so only behind a pass that was stopped. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#send(this.#waiting);
    this.#waiting = [];
  }
}
