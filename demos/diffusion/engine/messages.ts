import * as v from "valibot";
import { tagSortings } from "../postprocessing/tagging/tag-list.ts";
import { isStudioErrorCode, StudioError } from "../studio-error.ts";

const pictureSchema = v.object({
  width: v.number(),
  height: v.number(),
  channels: v.picklist([3, 4]),
  data: v.custom<Uint8Array>((value) => value instanceof Uint8Array, "Expected bytes."),
});

const errorSchema = v.object({
  /** Absent for what was thrown by an abort. */
  code: v.optional(v.string()),
  message: v.string(),
  hint: v.optional(v.string()),
});

const optionsSchema = v.object({
  model: v.string(),
  upscalers: v.optional(v.string()),
  threads: v.optional(v.number()),
  memoryLimit: v.optional(v.number()),
});

const tagOptionsSchema = v.object({
  threshold: v.exactOptional(v.number()),
  characterThreshold: v.exactOptional(v.number()),
  sorting: v.exactOptional(v.picklist(tagSortings)),
  spaces: v.exactOptional(v.boolean()),
  escapes: v.exactOptional(v.boolean()),
});

const boxSchema = v.object({ left: v.number(), top: v.number(), width: v.number(), height: v.number() });

/** What an engine is asked. Requests are checked by the pipeline, which knows them. */
const orderSchema = v.variant("type", [
  v.object({ type: v.literal("open"), options: optionsSchema }),
  v.object({ type: v.literal("ping"), job: v.number() }),
  v.object({ type: v.literal("generate"), job: v.number(), request: v.unknown(), wantsSteps: v.boolean() }),
  v.object({
    type: v.literal("upscale"),
    job: v.number(),
    name: v.string(),
    factor: v.number(),
    picture: pictureSchema,
  }),
  v.object({
    type: v.literal("restoreFaces"),
    job: v.number(),
    restorer: v.string(),
    detector: v.string(),
    weight: v.number(),
    picture: pictureSchema,
  }),
  v.object({ type: v.literal("findFaces"), job: v.number(), detector: v.string(), picture: pictureSchema }),
  v.object({
    type: v.literal("describe"),
    job: v.number(),
    tagger: v.string(),
    tags: tagOptionsSchema,
    picture: pictureSchema,
  }),
  v.object({
    type: v.literal("stop"),
    job: v.number(),
    kind: v.picklist(["abort", "afterPicture", "skip", "interrupt"]),
  }),
]);

const infoSchema = v.object({
  name: v.string(),
  family: v.picklist(["Stable Diffusion", "Stable Diffusion XL"]),
  startsFromPictures: v.boolean(),
  isInpainting: v.boolean(),
  mostClipSkip: v.number(),
  scheduler: v.string(),
  width: v.number(),
  height: v.number(),
  steps: v.number(),
  cfgScale: v.number(),
  upscalers: v.array(v.string()),
});

const stepSchema = v.object({
  step: v.number(),
  steps: v.number(),
  pass: v.picklist(["first", "hires"]),
  batch: v.number(),
  batchCount: v.number(),
  progress: v.number(),
  previews: v.array(pictureSchema),
});

const generatedSchema = v.object({
  picture: pictureSchema,
  index: v.number(),
  seed: v.number(),
  variationSeed: v.number(),
  parameters: v.string(),
  isIncomplete: v.boolean(),
});

/** What an engine says. */
const reportSchema = v.variant("type", [
  v.object({ type: v.literal("ready"), info: infoSchema }),
  v.object({ type: v.literal("unready"), error: errorSchema }),
  v.object({ type: v.literal("pong"), job: v.number() }),
  v.object({ type: v.literal("steps"), job: v.number(), events: v.array(stepSchema) }),
  v.object({ type: v.literal("picture"), job: v.number(), picture: generatedSchema }),
  v.object({
    type: v.literal("done"),
    job: v.number(),
    notes: v.array(v.string()),
    modelMs: v.number(),
    rssBytes: v.number(),
  }),
  v.object({ type: v.literal("upscaled"), job: v.number(), picture: pictureSchema }),
  // Where there is no face the picture stays, and need not travel.
  v.object({
    type: v.literal("facesRestored"),
    job: v.number(),
    faces: v.number(),
    picture: v.optional(pictureSchema),
  }),
  v.object({ type: v.literal("facesFound"), job: v.number(), boxes: v.array(boxSchema) }),
  v.object({ type: v.literal("described"), job: v.number(), text: v.string() }),
  v.object({ type: v.literal("error"), job: v.number(), error: errorSchema }),
]);

export type EngineOrder = v.InferOutput<typeof orderSchema>;
export type EngineReport = v.InferOutput<typeof reportSchema>;
export type ErrorMessage = v.InferOutput<typeof errorSchema>;

export function parseOrder(message: unknown): EngineOrder {
  return v.parse(orderSchema, message);
}

export function parseReport(message: unknown): EngineReport {
  return v.parse(reportSchema, message);
}

/** An error as it travels. */
export function toErrorMessage(error: unknown): ErrorMessage {
  if (error instanceof StudioError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (saysOutOfMemory(message)) {
    const { code, hint } = new StudioError("MEMORY_LIMIT", { message });
    return { code, message: "Memory ran out while the engine worked.", hint };
  }
  return { code: "ENGINE_FAILED", message: `The engine failed unexpectedly: ${message}` };
}

/** Whether an error's text, or what a process wrote before its end, tells that memory ran out. */
export function saysOutOfMemory(text: string): boolean {
  return /bad_alloc|out of memory|allocation failed|cannot allocate memory|ENOMEM/i.test(text);
}

/** The error that travelled. */
export function fromErrorMessage({ code = "ENGINE_FAILED", message, hint }: ErrorMessage): StudioError {
  const known = isStudioErrorCode(code) ? code : "ENGINE_FAILED";
  return new StudioError(known, hint === undefined ? { message } : { message, hint });
}
