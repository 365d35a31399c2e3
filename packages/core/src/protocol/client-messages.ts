import * as v from "valibot";
import { toBlockId, toJobId, toListenerId, toSessionId } from "../ids.ts";
import type { Json } from "../json.ts";

export { protocolVersion } from "./version.ts";

const blockIdSchema = v.pipe(v.string(), v.maxLength(64), v.transform(toBlockId));
const listenerIdSchema = v.pipe(v.string(), v.maxLength(64), v.transform(toListenerId));
const jobIdSchema = v.pipe(
  v.string(),
  v.regex(/^[\w-]{8,64}$/, "8 to 64 letters, digits, - or _"),
  v.transform(toJobId),
);
const payloadSchema = v.custom<Json>((value) => value !== undefined);

/** The first frame of every connection: a new session, or the return to one. */
const helloSchema = v.object({
  type: v.literal("hello"),
  version: v.number(),
  session: v.optional(
    v.object({
      id: v.pipe(v.string(), v.maxLength(64), v.transform(toSessionId)),
      secret: v.pipe(v.string(), v.maxLength(128)),
    }),
  ),
  /** Fingerprint of the app the page has; absent for a client that has none. */
  app: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** Last server frame the page has; absent after a reload, when it has none of the outputs. */
  after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** A program, not a page: a new session of it gets every result whole, and no call is taken for a repeated click. */
  isOfApi: v.optional(v.boolean()),
});

/** Runs a listener. A job id that is already known is answered with its status, not run again. */
const runSchema = v.object({
  type: v.literal("run"),
  jobId: jobIdSchema,
  listenerId: listenerIdSchema,
  payloads: v.pipe(v.array(payloadSchema), v.maxLength(1000)),
  /** What started it; absent for chained listeners. */
  trigger: v.optional(
    v.object({
      blockId: blockIdSchema,
      event: v.pipe(v.string(), v.maxLength(64)),
      data: v.optional(payloadSchema),
    }),
  ),
});

/** Runs an endpoint by its name, as programs do. Parameters left out have their default. */
const callSchema = v.object({
  type: v.literal("call"),
  jobId: jobIdSchema,
  endpoint: v.pipe(v.string(), v.maxLength(200)),
  parameters: v.record(v.string(), payloadSchema),
});

const cancelSchema = v.object({ type: v.literal("cancel"), jobId: jobIdSchema });

/** What names a job in a frame that is otherwise wrong. */
export const jobNameSchema = v.object({ type: v.picklist(["run", "call", "cancel"]), jobId: jobIdSchema });

/** Every server frame up to `seq` has arrived and need not be kept. */
const ackSchema = v.object({ type: v.literal("ack"), seq: v.pipe(v.number(), v.integer(), v.minValue(0)) });

/** Sent when a sleeping page wakes, to learn at once whether the connection lives. */
const pingSchema = v.object({ type: v.literal("ping") });

/** Every message a page or a program sends. */
export const clientMessageSchema = v.variant("type", [
  helloSchema,
  runSchema,
  callSchema,
  cancelSchema,
  ackSchema,
  pingSchema,
]);

export type ClientMessage = v.InferOutput<typeof clientMessageSchema>;
export type HelloMessage = v.InferOutput<typeof helloSchema>;
export type RunMessage = v.InferOutput<typeof runSchema>;
export type CallMessage = v.InferOutput<typeof callSchema>;
