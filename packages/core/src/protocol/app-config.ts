import * as v from "valibot";
import { toBlockId, toListenerId, type BlockId } from "../ids.ts";
import type { Json } from "../json.ts";

const idSchema = v.pipe(v.string(), v.transform(toBlockId));
const listenerIdSchema = v.pipe(v.string(), v.transform(toListenerId));

/** One block as the page draws it. */
export interface BlockConfig {
  readonly id: BlockId;
  /** Name of its view. */
  readonly type: string;
  /** Place in the tree, the same after a reload of the script: what keeps values while developing. */
  readonly key: string;
  readonly props: Readonly<Record<string, Json>>;
  /** First payload; absent for layouts. */
  readonly payload?: Json;
  /** What Clear sets; absent for layouts. */
  readonly emptyPayload?: Json;
  /** Whether visitors may change it. */
  readonly interactive?: boolean;
  readonly children?: readonly BlockConfig[];
}

export const listenerConfigSchema = v.object({
  id: listenerIdSchema,
  triggers: v.array(v.object({ blockId: idSchema, event: v.string() })),
  chain: v.optional(
    v.object({ listenerId: listenerIdSchema, moment: v.picklist(["after", "success", "failure"]) }),
  ),
  inputs: v.array(idSchema),
  outputs: v.array(idSchema),
  cancels: v.array(listenerIdSchema),
  /** Whether there is a function to run; a listener without one only cancels and chains. */
  hasFunction: v.boolean(),
  triggerMode: v.picklist(["once", "multiple", "alwaysLast"]),
  showProgress: v.picklist(["full", "minimal", "hidden"]),
  scrollToOutput: v.boolean(),
  apiName: v.optional(v.string()),
});
export type ListenerConfig = v.InferOutput<typeof listenerConfigSchema>;

const jsonSchema = v.custom<Json>((value) => value !== undefined);

const blockConfigSchema: v.GenericSchema<unknown, BlockConfig> = v.object({
  id: idSchema,
  type: v.string(),
  key: v.string(),
  props: v.record(v.string(), jsonSchema),
  payload: v.exactOptional(jsonSchema),
  emptyPayload: v.exactOptional(jsonSchema),
  interactive: v.exactOptional(v.boolean()),
  children: v.exactOptional(v.array(v.lazy(() => blockConfigSchema))),
});

/** What the page needs to draw the app and run its listeners. */
export const appConfigSchema = v.object({
  /** The same for the same app: how a page that comes back learns that the app is another by now. */
  fingerprint: v.exactOptional(v.string()),
  title: v.string(),
  theme: v.picklist(["system", "light", "dark"]),
  sessions: v.picklist(["page", "tab"]),
  fillHeight: v.boolean(),
  fillWidth: v.boolean(),
  /** Whether the script runs under `vitrine dev`. */
  isDevelopment: v.boolean(),
  maxUploadBytes: v.number(),
  root: blockConfigSchema,
  listeners: v.array(listenerConfigSchema),
});
export type AppConfig = v.InferOutput<typeof appConfigSchema>;
