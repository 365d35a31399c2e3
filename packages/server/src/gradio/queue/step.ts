import type { ErrorReport, Json, JsonObject } from "@vitrine/core";

/** What a client is told of its call, in Gradio's terms, before it is written for one of the ways to ask. */
export type Step =
  | { readonly type: "estimation"; readonly rank: number; readonly etaMs: number | undefined }
  | { readonly type: "starts" }
  | { readonly type: "progress"; readonly progress: JsonObject }
  | { readonly type: "log"; readonly log: JsonObject }
  /** One value for each output, whole. */
  | { readonly type: "generating"; readonly data: readonly Json[] }
  | Completed;

/** The last step; there is exactly one. */
export type Completed =
  | { readonly type: "completed"; readonly data: readonly Json[]; readonly seconds: number }
  | { readonly type: "completed"; readonly failure: Failure; readonly seconds: number };

/** The keys the clients know; Python's passes every key on and fails with one more. */
export type Failure = {
  readonly error: string;
  /** How long it is shown, in seconds; `null` until it is closed. */
  readonly duration: number | null;
  readonly visible: boolean;
  readonly title: string;
};

const shownSeconds = 10;

/** What a client is told of an error. What may not be told was left out of the report before. */
export function toFailure({ code, message, title, durationMs, hint }: ErrorReport): Failure {
  const isOwn = code === "USER_ERROR";
  return {
    error: isOwn || hint === undefined || hint === "" ? message : `${message} ${hint}`,
    duration: durationMs === undefined ? shownSeconds : durationMs === 0 ? null : durationMs / 1000,
    visible: true,
    title: title ?? "Error",
  };
}
