import * as v from "valibot";
import { toBlockId, toListenerId } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";

const jsonSchema = v.custom<Json>((value) => value !== undefined);
const objectSchema = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

const returnSchema = v.object({
  label: v.string(),
  /** Type of the component, such as `"slider"`. */
  component: v.string(),
  blockId: v.pipe(v.string(), v.transform(toBlockId)),
  /** JSON schema of the payload. */
  schema: objectSchema,
  example: jsonSchema,
});

const parameterSchema = v.object({
  ...returnSchema.entries,
  name: v.string(),
  /** Where it stands among all inputs of the listener. */
  index: v.number(),
  /** Used when none is given; absent: one has to be given. */
  default: v.exactOptional(jsonSchema),
});

const endpointSchema = v.object({
  name: v.string(),
  description: v.string(),
  listenerId: v.pipe(v.string(), v.transform(toListenerId)),
  isGenerator: v.boolean(),
  parameters: v.array(parameterSchema),
  returns: v.array(returnSchema),
});

/** What programs are told of an app: `GET api.json`. */
export const apiDescriptionSchema = v.object({
  title: v.string(),
  /** Whether the app answers at `mcp` too. */
  hasMcp: v.boolean(),
  endpoints: v.array(endpointSchema),
});

export type ApiDescription = v.InferOutput<typeof apiDescriptionSchema>;
export type EndpointDescription = v.InferOutput<typeof endpointSchema>;
export type ParameterDescription = v.InferOutput<typeof parameterSchema>;
export type ReturnDescription = v.InferOutput<typeof returnSchema>;
