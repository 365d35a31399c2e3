import { fileRefSchema } from "@vitrine/core";
import * as v from "valibot";

/** The picture, or `null` for none. */
export const imagePayloadSchema = v.nullable(fileRefSchema);

export type ImagePayload = v.InferOutput<typeof imagePayloadSchema>;
