import type { ApiDescription, EndpointDescription, Json, ListenerId, RunMessage } from "@vitrine/core";
import type { SnippetCall } from "@vitrine/core/api-snippets";
import type { Page } from "../page.ts";
import { signal } from "../signal.ts";

/** A value that is typed or dragged runs a listener again and again: only the last counts. */
const repeatedEvents: ReadonlySet<string> = new Set(["change", "input"]);

interface Recorded {
  readonly listenerId: ListenerId;
  readonly payloads: readonly Json[];
  readonly isRepeated: boolean;
}

/** Writes down what one's own clicks run in the page, as calls of endpoints. */
export class Recorder {
  readonly isOn = signal(false);
  readonly count = signal(0);
  #runs: readonly Recorded[] = [];

  constructor(page: Page) {
    const before = page.onRun;
    page.onRun = (message) => {
      before(message);
      if (this.isOn.peek()) this.#add(message);
    };
  }

  start(): void {
    this.clear();
    this.isOn.value = true;
  }

  stop(): void {
    this.isOn.value = false;
  }

  clear(): void {
    this.#runs = [];
    this.count.value = 0;
  }

  /** What was recorded, as far as programs may do it too. */
  calls({ endpoints }: ApiDescription): readonly SnippetCall[] {
    const byListener = new Map(endpoints.map((endpoint) => [endpoint.listenerId, endpoint]));
    return this.#runs.flatMap(({ listenerId, payloads }) => {
      const endpoint = byListener.get(listenerId);
      return endpoint ? [{ endpoint, parameters: parametersOf(endpoint, payloads) }] : [];
    });
  }

  #add({ listenerId, payloads, trigger }: RunMessage): void {
    const isRepeated = repeatedEvents.has(trigger?.event ?? "");
    const last = this.#runs.at(-1);
    const isAgain = isRepeated && last?.isRepeated && last.listenerId === listenerId;
    const kept = isAgain ? this.#runs.slice(0, -1) : this.#runs;
    this.#runs = [...kept, { listenerId, payloads, isRepeated }];
    this.count.value = this.#runs.length;
  }
}

function parametersOf({ parameters }: EndpointDescription, payloads: readonly Json[]): Record<string, Json> {
  return Object.fromEntries(parameters.map(({ name, index }) => [name, payloads[index] ?? null]));
}
