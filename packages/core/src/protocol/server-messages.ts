import * as v from "valibot";
import { toBlockId, toJobId, toListenerId, toSessionId } from "../ids.ts";
import type { Json } from "../json.ts";
import { appConfigSchema } from "./app-config.ts";
import { changeSchema, type Change } from "./patch.ts";
import { errorReportSchema, jobStatusSchema } from "./status.ts";

const blockIdSchema = v.pipe(v.string(), v.transform(toBlockId));
const jobIdSchema = v.pipe(v.string(), v.transform(toJobId));
const listenerIdSchema = v.pipe(v.string(), v.transform(toListenerId));
const jsonSchema = v.custom<Json>((value) => value !== undefined);
const propsSchema = v.record(v.string(), jsonSchema);

/** A job and where it is; sent again for jobs that live when a page returns. */
const jobSchema = v.object({ jobId: jobIdSchema, listenerId: listenerIdSchema, status: jobStatusSchema });

/** Answer to hello. */
const welcomeSchema = v.object({
  type: v.literal("welcome"),
  session: v.object({ id: v.pipe(v.string(), v.transform(toSessionId)), secret: v.string() }),
  /** `new`: nothing came before; `resumed`: the frames missed follow; `reset`: `snapshot` replaces what the page has. */
  outcome: v.picklist(["new", "resumed", "reset"]),
  /** Why a session asked for is not the one given. */
  reason: v.optional(v.string()),
  /** Frames up to here are in the snapshot. */
  seq: v.number(),
  /** The app, when it is not the one the page has: the server was started again with a changed script. */
  config: v.optional(appConfigSchema),
  snapshot: v.optional(
    v.object({
      payloads: v.record(v.string(), jsonSchema),
      props: v.record(v.string(), propsSchema),
      jobs: v.array(jobSchema),
    }),
  ),
});

/** What a job does to one block: its whole payload, changes since the job's last output for it, or other options. */
const blockUpdateSchema = v.object({
  blockId: blockIdSchema,
  payload: v.optional(jsonSchema),
  changes: v.optional(v.custom<readonly Change[]>((value) => v.is(v.array(changeSchema), value))),
  props: v.optional(propsSchema),
});
export type BlockUpdate = v.InferOutput<typeof blockUpdateSchema>;

const outputSchema = v.object({
  type: v.literal("output"),
  jobId: jobIdSchema,
  updates: v.array(blockUpdateSchema),
});
const statusSchema = v.object({ type: v.literal("status"), ...jobSchema.entries });
const toastSchema = v.object({
  type: v.literal("toast"),
  level: v.picklist(["info", "success", "warning", "error"]),
  message: v.string(),
  title: v.optional(v.string()),
  durationMs: v.optional(v.number()),
  /** The job that says it. */
  jobId: v.optional(jobIdSchema),
});
/** A State changed by content: listeners of its `change` run. */
const stateChangedSchema = v.object({ type: v.literal("stateChanged"), blockId: blockIdSchema });
/** A frame could not be taken; the connection stays. `jobId`: the job it was to run or cancel, which is at its end. */
const refusedSchema = v.object({
  type: v.literal("refused"),
  error: errorReportSchema,
  jobId: v.optional(jobIdSchema),
});
const pongSchema = v.object({ type: v.literal("pong") });
/** The server goes down on purpose. */
const restartSchema = v.object({ type: v.literal("restart"), retryAfterMs: v.number() });
/** The script was reloaded (development). */
const appChangedSchema = v.object({ type: v.literal("appChanged"), config: appConfigSchema });
/** The script could not be reloaded (development); the old app stays up. `null` when it is well again. */
const buildFailedSchema = v.object({ type: v.literal("buildFailed"), text: v.nullable(v.string()) });

/** Every message the server sends. */
export const serverMessageSchema = v.variant("type", [
  welcomeSchema,
  outputSchema,
  statusSchema,
  toastSchema,
  stateChangedSchema,
  refusedSchema,
  pongSchema,
  restartSchema,
  appChangedSchema,
  buildFailedSchema,
]);

export type ServerMessage = v.InferOutput<typeof serverMessageSchema>;
export type WelcomeMessage = v.InferOutput<typeof welcomeSchema>;
export type JobReport = v.InferOutput<typeof jobSchema>;
export type Snapshot = NonNullable<WelcomeMessage["snapshot"]>;

/** `[seq, message]`: messages with a `seq` above 0 are kept until acknowledged and sent again after a drop. */
export type ServerFrame = readonly [seq: number, message: ServerMessage];
