import * as v from "valibot";
import type { Picture } from "../../images/picture.ts";
import { StudioError } from "../../studio-error.ts";
import { emphasisModes, type EmphasisMode } from "../prompt/emphasis.ts";
import type { OptionValues } from "../samplers/options.ts";

export const resizeModes = ["stretch", "crop", "fill", "latent"] as const;
/** How a picture gets the size asked for: stretched, cut to cover it, with its border drawn out to fill it, or as latents. */
export type ResizeMode = (typeof resizeModes)[number];

export const maskedContents = ["fill", "original", "latent noise", "latent nothing"] as const;
/** What is under the mask when the work begins: its surroundings blurred into it, what is there, noise, or nothing. */
export type MaskedContent = (typeof maskedContents)[number];

export const previewKinds = ["none", "fast", "full"] as const;
/** Pictures in between: none, small ones from a linear map of the latents, or the autoencoder's (one run of it each). */
export type PreviewKind = (typeof previewKinds)[number];

/** A decoded picture, or the bytes of a picture file. */
export type PictureInput = Picture | Uint8Array;

/** Where a picture is drawn anew. */
export interface MaskRequest {
  /** White is drawn anew. A picture with transparency counts by its opacity, others by brightness. Of the picture's size. */
  readonly picture: PictureInput;
  /** Draws everything but the mask anew. @default false */
  readonly isInverted?: boolean | undefined;
  /** Radius of the soft edge, in pixels, 0 to 64. @default 4 */
  readonly blur?: number | undefined;
  /** @default "original" */
  readonly content?: MaskedContent | undefined;
  /** Works on the masked part alone, at the full size of the request. @default false */
  readonly onlyMasked?: boolean | undefined;
  /** Pixels around the masked part that are worked on with it, 0 to 256. @default 32 */
  readonly padding?: number | undefined;
  /** Whether latents are either old or new, with nothing between. @default true */
  readonly isRounded?: boolean | undefined;
}

/** A start from a picture. */
export interface SourceRequest {
  readonly picture: PictureInput;
  /** How far from the picture, from 0 (next to nothing changes) to 1. @default 0.75 */
  readonly strength?: number | undefined;
  /** @default "stretch" */
  readonly resizeMode?: ResizeMode | undefined;
  /** Takes all steps however small the strength. @default false */
  readonly takesAllSteps?: boolean | undefined;
  readonly mask?: MaskRequest | undefined;
  /** How much of the unmasked picture models for inpainting are shown, 0 to 1. @default 1 */
  readonly conditionStrength?: number | undefined;
}

/** A second pass at a larger size. */
export interface HiresRequest {
  /** How much larger, 1 to 4. @default 2 */
  readonly scale?: number | undefined;
  /** Final size instead of a scale; one side alone keeps the proportions, both cut what stands over. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** "Latent" and its variants, "None", "Lanczos", "Nearest", or a network's name. @default "Latent" */
  readonly upscaler?: string | undefined;
  /** @default as many as the first pass */
  readonly steps?: number | undefined;
  /** Above 0, up to 1. @default 0.7 */
  readonly strength?: number | undefined;
  /** @default those of the first pass */
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly sampler?: string | undefined;
  readonly schedule?: string | undefined;
  readonly cfgScale?: number | undefined;
}

/** What to draw. Everything but the prompt has a default. */
export interface GenerateRequest {
  /** In the webui's grammar: weights, schedules, AND, BREAK. */
  readonly prompt: string;
  /** @default "" */
  readonly negativePrompt?: string | undefined;
  /** @default what the model's folder says, else 4 for LCM and Turbo, else 20 */
  readonly steps?: number | undefined;
  /** A sampler's name, a schedule may stand behind it. @default the scheduler that the model's folder names */
  readonly sampler?: string | undefined;
  /** @default "Automatic" */
  readonly schedule?: string | undefined;
  /** Options of the sampler, such as `eta` or `sNoise`. @default the sampler's own */
  readonly samplerOptions?: OptionValues | undefined;
  /** How closely the prompt is followed. At 1 or below the negative prompt has no say, and the work is half. @default what the model's folder says, else 1 for LCM and Turbo (8.5 where the network takes the scale itself), else 7 */
  readonly cfgScale?: number | undefined;
  /** Guidance rescale, 0 to 1. @default 0 */
  readonly guidanceRescale?: number | undefined;
  /** Pixels, a multiple of 8. @default the picture's it starts from, else the model's own */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** 0 to 4294967295; -1 for a random one. @default -1 */
  readonly seed?: number | undefined;
  /** @default -1 */
  readonly variationSeed?: number | undefined;
  /** 0 to 1. @default 0 */
  readonly variationStrength?: number | undefined;
  /** The size that a seed is known from, at most 16384 a side; a side of 0 or less is none. @default its own */
  readonly seedResizeFrom?: { readonly width: number; readonly height: number } | undefined;
  /** Added to the seed of noise after the first, for samplers that draw some (ENSD). @default 0 */
  readonly seedDelta?: number | undefined;
  /** "NV", "CPU" or "NumPy". @default "NV" */
  readonly randomSource?: string | undefined;
  /** Batches one after another, 1 to 1000. @default 1 */
  readonly batchCount?: number | undefined;
  /** Pictures of a batch, through the network together, 1 to 64. @default 1 */
  readonly batchSize?: number | undefined;
  /** Which layer of the text encoder from the end, 1 to all. @default 1 */
  readonly clipSkip?: number | undefined;
  /** @default "Original" */
  readonly emphasis?: EmphasisMode | undefined;
  /** Tokens that may move to the next chunk behind a comma, 0 for none. @default 20 */
  readonly commaBacktrack?: number | undefined;
  /** Whether prompt and negative prompt of different length are padded to go through the network together. @default false */
  readonly padsConditioning?: boolean | undefined;
  /** Whether both go through the network together at all; apart they take half the memory. @default true */
  readonly joinsGuidance?: boolean | undefined;
  /** Whether `#` begins a comment in prompts. @default true */
  readonly hasComments?: boolean | undefined;
  /** Reads schedules as the webui did before its version 1.6. @default false */
  readonly oldSchedules?: boolean | undefined;
  /** Limits and curve of the schedule. @default the model's, and the schedule's */
  readonly sigmaMin?: number | undefined;
  readonly sigmaMax?: number | undefined;
  readonly rho?: number | undefined;
  /** @default the sampler's habit */
  readonly discardPenultimate?: boolean | undefined;
  readonly source?: SourceRequest | undefined;
  readonly hires?: HiresRequest | undefined;
  /** Takes large pictures through the autoencoder in parts. @default "auto", above 768 × 768 */
  readonly vaeTiling?: boolean | "auto" | undefined;
  /** @default "fast" */
  readonly preview?: PreviewKind | undefined;
  /** Steps from one preview to the next. @default 1 */
  readonly previewEvery?: number | undefined;
}

const number = v.optional(v.number());
const flag = v.optional(v.boolean());
const text = v.optional(v.string());
const share = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const side = v.optional(v.number());

const wholeNumber = v.integer("a whole number");
const knownSide = v.pipe(v.number(), wholeNumber, v.maxValue(16_384));

function whole(min: number, max: number) {
  return v.optional(v.pipe(v.number(), wholeNumber, v.minValue(min), v.maxValue(max)));
}

const pictureSchema = v.union(
  [
    v.instance(Uint8Array),
    v.object({
      width: v.pipe(v.number(), v.integer(), v.minValue(1)),
      height: v.pipe(v.number(), v.integer(), v.minValue(1)),
      channels: v.picklist([3, 4]),
      data: v.instance(Uint8Array),
    }),
  ],
  "a picture or the bytes of a picture file",
);

const maskSchema = v.strictObject({
  picture: pictureSchema,
  isInverted: flag,
  blur: whole(0, 64),
  content: v.optional(v.picklist(maskedContents)),
  onlyMasked: flag,
  padding: whole(0, 256),
  isRounded: flag,
});

const requestSchema = v.strictObject({
  prompt: v.string(),
  negativePrompt: text,
  steps: number,
  sampler: text,
  schedule: text,
  samplerOptions: v.optional(v.record(v.string(), v.union([v.number(), v.string()]))),
  cfgScale: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  guidanceRescale: share,
  width: side,
  height: side,
  seed: number,
  variationSeed: number,
  variationStrength: share,
  seedResizeFrom: v.optional(v.strictObject({ width: knownSide, height: knownSide })),
  seedDelta: whole(0, 2 ** 32 - 1),
  randomSource: text,
  batchCount: whole(1, 1000),
  batchSize: whole(1, 64),
  clipSkip: number,
  emphasis: v.optional(v.picklist(emphasisModes)),
  commaBacktrack: whole(0, 75),
  padsConditioning: flag,
  joinsGuidance: flag,
  hasComments: flag,
  oldSchedules: flag,
  sigmaMin: number,
  sigmaMax: number,
  rho: number,
  discardPenultimate: flag,
  source: v.optional(
    v.strictObject({
      picture: pictureSchema,
      strength: share,
      resizeMode: v.optional(v.picklist(resizeModes)),
      takesAllSteps: flag,
      mask: v.optional(maskSchema),
      conditionStrength: share,
    }),
  ),
  hires: v.optional(
    v.strictObject({
      scale: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(4))),
      width: side,
      height: side,
      upscaler: text,
      steps: number,
      strength: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
      prompt: text,
      negativePrompt: text,
      sampler: text,
      schedule: text,
      cfgScale: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
    }),
  ),
  vaeTiling: v.optional(v.union([v.boolean(), v.literal("auto")])),
  preview: v.optional(v.picklist(previewKinds)),
  previewEvery: whole(1, 1000),
});

/**
 * Checks the shape of a request. What depends on the model is checked when it is known.
 *
 * @throws {StudioError} `REQUEST_INVALID`, naming the key, what was expected and what came.
 */
export function parseRequest(request: unknown): GenerateRequest {
  const result = v.safeParse(requestSchema, request);
  if (result.success) return result.output;
  const issue = result.issues[0];
  // A key that nobody reads is a slip of the pen, and the picture would be another than was meant.
  if (issue.type === "strict_object" && issue.expected === "never") {
    throw new StudioError("REQUEST_INVALID", {
      message: `Expected the names of settings, got "${v.getDotPath(issue) ?? "?"}", which is none.`,
      hint: "Correct the name, or leave it out.",
    });
  }
  throw new StudioError("REQUEST_INVALID", {
    message: `Setting ${v.getDotPath(issue) ?? "?"}: expected ${issue.expected ?? issue.message}, got ${issue.received}.`,
  });
}
