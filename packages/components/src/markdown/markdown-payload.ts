import * as v from "valibot";

/** The text as written, and each of its blocks as sanitised HTML: text that grows changes only its last block. */
export const markdownPayloadSchema = v.strictObject({
  source: v.pipe(v.string(), v.maxLength(10_000_000)),
  html: v.array(v.string()),
});
export type MarkdownPayload = v.InferOutput<typeof markdownPayloadSchema>;
