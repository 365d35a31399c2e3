import * as v from "valibot";

const cellSchema = v.union([v.object({ text: v.string() }), v.object({ imageUrl: v.string() })]);

/** What each row shows; the values themselves stay on the server until a row is chosen. */
export const datasetPayloadSchema = v.object({ rows: v.array(v.array(cellSchema)) });
export type DatasetPayload = v.InferOutput<typeof datasetPayloadSchema>;
export type DatasetCell = v.InferOutput<typeof cellSchema>;
