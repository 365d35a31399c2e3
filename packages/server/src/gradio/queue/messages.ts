import type { Json } from "@vitrine/core";
import { editsBetween } from "./edits.ts";
import type { Completed, Step } from "./step.ts";

/** What the stream of a session carries beside messages of events. */
export const closeStream = line({ msg: "close_stream", event_id: null });
export const heartbeat = line({ msg: "heartbeat", event_id: null });
/** Exactly these words tell Python's client that every call of it has failed. */
export const serverStopped = line({
  msg: "unexpected_error",
  event_id: null,
  message: "Server stopped unexpectedly.",
  session_not_found: false,
  success: false,
});

/** Writes the steps of one event, as they leave: each value after the first as edits of the one sent before. */
export class EventWriter {
  readonly #eventId: string;
  #sent: readonly Json[] | undefined;

  constructor(eventId: string) {
    this.#eventId = eventId;
  }

  write(step: Step): string {
    return line({ ...this.#message(step), event_id: this.#eventId });
  }

  #message(step: Step): { readonly msg: string } & Record<string, unknown> {
    switch (step.type) {
      case "estimation": {
        const eta = step.etaMs === undefined ? null : step.etaMs / 1000;
        return { msg: "estimation", rank: step.rank, queue_size: step.rank + 1, rank_eta: eta };
      }
      case "starts":
        return { msg: "process_starts", eta: null };
      case "progress":
        return { msg: "progress", progress_data: [step.progress] };
      case "log":
        return { msg: "log", ...step.log };
      case "generating":
        return this.#generating(step.data);
      case "completed":
        return completed(step);
    }
  }

  #generating(data: readonly Json[]): { readonly msg: string } & Record<string, unknown> {
    const before = this.#sent;
    this.#sent = data;
    const shown = before ? data.map((value, index) => editsBetween(before[index] ?? null, value)) : data;
    return {
      msg: "process_generating",
      output: outputOf(shown, { isGenerating: true, seconds: 0 }),
      success: true,
      time_limit: null,
    };
  }
}

/** The `output` of a message, and the answer of a direct call. */
export function outputOf(
  data: readonly unknown[],
  { isGenerating, seconds }: { readonly isGenerating: boolean; readonly seconds: number },
): Record<string, unknown> {
  return {
    data,
    is_generating: isGenerating,
    duration: seconds,
    average_duration: seconds,
    render_config: null,
    changed_state_ids: [],
    used_cache: null,
  };
}

function completed(step: Completed): { readonly msg: string } & Record<string, unknown> {
  const isFailed = "failure" in step;
  return {
    msg: "process_completed",
    output: isFailed ? step.failure : outputOf(step.data, { isGenerating: false, seconds: step.seconds }),
    success: !isFailed,
    title: isFailed ? step.failure.title : null,
    used_cache: null,
    cache_duration: step.seconds,
    avg_time: step.seconds,
  };
}

/** One message on one line; nothing but such lines may stand in a stream. */
function line(message: object): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
