import { isJson, type JsonObject } from "@vitrine/core";
import * as v from "valibot";

const metadataSchema = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && isJson(value),
  "an object of JSON data",
);

const messageSchema = v.strictObject({
  /** System messages are kept and not drawn. */
  role: v.picklist(["user", "assistant", "system"]),
  /** Markdown as written; the page renders it. */
  content: v.pipe(v.string(), v.maxLength(10_000_000)),
  metadata: v.exactOptional(metadataSchema),
  options: v.exactOptional(
    v.array(v.strictObject({ value: v.string(), label: v.exactOptional(v.string()) })),
  ),
});

export const chatPayloadSchema = v.array(messageSchema);
export type ChatPayload = v.InferOutput<typeof chatPayloadSchema>;
export type MessagePayload = ChatPayload[number];
