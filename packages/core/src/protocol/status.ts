import * as v from "valibot";

/** What the page is told of an error: never a path or a stack, unless the app runs in development. */
export const errorReportSchema = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
  title: v.optional(v.string()),
  durationMs: v.optional(v.number()),
  /** The input or output the error belongs to. */
  blockId: v.optional(v.string()),
  /** Stack, in development only. */
  detail: v.optional(v.string()),
});
export type ErrorReport = v.InferOutput<typeof errorReportSchema>;

const progressSchema = v.object({
  /** 0 to 1; absent when unknown. */
  fraction: v.optional(v.number()),
  done: v.optional(v.number()),
  total: v.optional(v.number()),
  description: v.optional(v.string()),
});
export type ProgressReport = v.InferOutput<typeof progressSchema>;

/** Where a job is. */
export const jobStatusSchema = v.variant("stage", [
  /** `position` 0 is next; `etaMs` is absent when unknown. */
  v.object({ stage: v.literal("queued"), position: v.number(), etaMs: v.optional(v.number()) }),
  v.object({ stage: v.literal("running"), progress: v.optional(progressSchema) }),
  v.object({ stage: v.literal("complete") }),
  v.object({ stage: v.literal("failed"), error: errorReportSchema }),
  v.object({ stage: v.literal("cancelled") }),
  v.object({ stage: v.literal("skipped") }),
]);
export type JobStatus = v.InferOutput<typeof jobStatusSchema>;

/** Whether nothing more comes of a job. */
export function isEnded(status: JobStatus): boolean {
  return status.stage !== "queued" && status.stage !== "running";
}
