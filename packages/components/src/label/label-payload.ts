import * as v from "valibot";

const confidenceSchema = v.strictObject({ label: v.string(), confidence: v.pipe(v.number(), v.finite()) });

/** The best class, or a text or number by itself, and the classes to show, best first. */
export const labelPayloadSchema = v.nullable(
  v.strictObject({
    label: v.union([v.string(), v.pipe(v.number(), v.finite())]),
    confidences: v.exactOptional(v.array(confidenceSchema)),
  }),
);
export type LabelPayload = v.InferOutput<typeof labelPayloadSchema>;
