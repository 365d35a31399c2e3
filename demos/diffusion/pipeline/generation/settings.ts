import { StudioError } from "../../studio-error.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import type { EmphasisMode } from "../prompt/emphasis.ts";
import { listJobSeeds, parseSeed, type JobSeeds } from "../random/seeds.ts";
import { parseSamplerName } from "../samplers/sampler-table.ts";
import type { SamplerEntry } from "../samplers/sampler-entry.ts";
import { findSchedule, assertSteps } from "../schedules/schedule-table.ts";
import type { GenerateRequest, PreviewKind } from "./request.ts";

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How one pass is sampled. */
export interface PassSettings {
  /** Undefined for the scheduler that the model's folder names. */
  readonly sampler: SamplerEntry | undefined;
  /** A schedule's name. */
  readonly schedule: string;
  readonly steps: number;
  readonly cfgScale: number;
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** A request with every default filled in. */
export interface GenerationSettings extends PassSettings {
  readonly request: GenerateRequest;
  readonly size: Size;
  readonly seeds: JobSeeds;
  readonly variationStrength: number;
  readonly batchCount: number;
  readonly batchSize: number;
  readonly clipSkip: number;
  readonly emphasis: EmphasisMode;
  readonly randomSource: string;
  readonly seedDelta: number;
  readonly guidanceRescale: number;
  readonly preview: PreviewKind;
  readonly previewEvery: number;
}

/**
 * Fills in what the request leaves open, from the model and its folder.
 *
 * @param sourceSize the size of the picture it starts from, if any
 * @throws {StudioError} `STEPS_INVALID`, `SAMPLER_UNKNOWN`, `SCHEDULE_UNKNOWN`, `SEED_INVALID` or `SIZE_INVALID`.
 */
export function resolveSettings(
  request: GenerateRequest,
  model: DiffusionModel,
  sourceSize?: Size,
): GenerationSettings {
  const { usage } = model;
  const isDistilled = takesFewSteps(model);
  const named = nameSampler(request.sampler ?? usage.sampler ?? undefined, model.schedulerClass);
  const steps = request.steps ?? usage.steps ?? (isDistilled ? 4 : 20);
  assertSteps(steps);
  const { batchCount = 1, batchSize = 1, variationStrength = 0 } = request;
  const seed = parseSeed(request.seed, Math.random);
  const variationSeed = parseSeed(request.variationSeed, Math.random);
  const count = batchCount * batchSize;
  return {
    request,
    ...named,
    schedule: findSchedule(request.schedule ?? usage.schedule ?? named.schedule).name,
    steps,
    cfgScale: request.cfgScale ?? usage.cfgScale ?? (isDistilled ? distilledScale(model) : 7),
    prompt: request.prompt,
    negativePrompt: request.negativePrompt ?? "",
    size: chooseSize(request, model, sourceSize),
    seeds: listJobSeeds({ seed, variationSeed, variationStrength, count }),
    variationStrength,
    batchCount,
    batchSize,
    clipSkip: request.clipSkip ?? 1,
    emphasis: request.emphasis ?? "Original",
    randomSource: request.randomSource ?? "NV",
    seedDelta: request.seedDelta ?? 0,
    guidanceRescale: request.guidanceRescale ?? 0,
    preview: request.preview ?? "fast",
    previewEvery: request.previewEvery ?? 1,
  };
}

/** The second pass: what it does not set is the first's. */
export function resolveHiresPass(first: GenerationSettings, model: DiffusionModel): PassSettings {
  const { hires = {} } = first.request;
  const named = hires.sampler === undefined ? first : nameSampler(hires.sampler, model.schedulerClass);
  const steps = hires.steps === undefined || hires.steps === 0 ? first.steps : hires.steps;
  assertSteps(steps);
  return {
    sampler: named.sampler,
    schedule: findSchedule(hires.schedule ?? named.schedule).name,
    steps,
    cfgScale: hires.cfgScale ?? first.cfgScale,
    prompt: orFirst(hires.prompt, first.prompt),
    negativePrompt: orFirst(hires.negativePrompt, first.negativePrompt),
  };
}

/** @throws {StudioError} `SIZE_INVALID`. */
export function assertSize({ width, height }: Size, factor: number): void {
  const isFit = [width, height].every(
    (side) => Number.isInteger(side) && side >= factor && side % factor === 0,
  );
  if (isFit && width <= mostPixelsASide && height <= mostPixelsASide) return;
  throw new StudioError("SIZE_INVALID", {
    message: `Expected a width and a height that are multiples of ${factor}, from ${factor} to ${mostPixelsASide}, got ${width} × ${height}.`,
    hint: `Choose sizes that are multiples of ${factor}, such as ${roundTo(width, factor)} × ${roundTo(height, factor)}.`,
  });
}

const mostPixelsASide = 16_384;

function roundTo(side: number, factor: number): number {
  const rounded = Math.max(factor, Math.round(side / factor) * factor);
  return Number.isFinite(rounded) ? Math.min(rounded, mostPixelsASide) : factor;
}

function chooseSize(request: GenerateRequest, model: DiffusionModel, sourceSize: Size | undefined): Size {
  const { factor } = model.autoencoder;
  const own = model.unet.config.sample_size ?? 64;
  const [ownHeight = 64, ownWidth = ownHeight] = typeof own === "number" ? [own] : own;
  const floor = (side: number) => Math.max(factor, Math.floor(side / factor) * factor);
  const usual = sourceSize
    ? { width: floor(sourceSize.width), height: floor(sourceSize.height) }
    : {
        width: model.usage.width ?? ownWidth * factor,
        height: model.usage.height ?? ownHeight * factor,
      };
  const size = { width: request.width ?? usual.width, height: request.height ?? usual.height };
  assertSize(size, factor);
  return size;
}

/** The class of the model's own scheduler means that scheduler itself, with the steps its folder asks for. */
function nameSampler(
  name: string | undefined,
  schedulerClass: string,
): Pick<PassSettings, "sampler" | "schedule"> {
  if (name === undefined || name === schedulerClass) return { sampler: undefined, schedule: "automatic" };
  return parseSamplerName(name);
}

/**
 * Whether a model was distilled to draw in a few steps: LCM by its scheduler or its input for guidance; Turbo by steps
 * that begin at pure noise (trailing) while it predicts noise, which nothing else does.
 */
function takesFewSteps({ schedulerClass, scheduler, unet }: DiffusionModel): boolean {
  const { timestepSpacing, predictionType = "epsilon", rescaleBetasZeroSnr } = scheduler;
  const isTurbo =
    timestepSpacing === "trailing" && predictionType === "epsilon" && rescaleBetasZeroSnr !== true;
  return schedulerClass === "LCMScheduler" || unet.guidanceWidth !== undefined || isTurbo;
}

/** Models that were distilled with guidance take its scale as an input; the others do best without. */
function distilledScale(model: DiffusionModel): number {
  return model.unet.guidanceWidth === undefined ? 1 : 8.5;
}

function orFirst(text: string | undefined, first: string): string {
  return text === undefined || text === "" ? first : text;
}
