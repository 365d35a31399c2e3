import { StudioError } from "../../studio-error.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import type { EmphasisMode } from "../prompt/emphasis.ts";
import { listJobSeeds, parseSeed, type JobSeeds } from "../random/seeds.ts";
import type { SamplerEntry } from "../samplers/sampler-entry.ts";
import { findSchedule, assertSteps } from "../schedules/schedule-table.ts";
import type { GenerateRequest, PreviewKind } from "./request.ts";
import { chooseSettings, nameSampler } from "./usual-settings.ts";

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
  const { usage, scheduler, unet, autoencoder } = model;
  const { factor } = autoencoder;
  const facts = { usage, scheduler, unet: unet.config, autoencoder: autoencoder.config };
  const source = sourceSize && floorSize(sourceSize, factor);
  const asked = {
    ...request,
    width: request.width ?? source?.width,
    height: request.height ?? source?.height,
  };
  const { width, height, ...chosen } = chooseSettings(facts, asked);
  assertSteps(chosen.steps);
  assertSize({ width, height }, factor);
  const { batchCount = 1, batchSize = 1, variationStrength = 0 } = request;
  const seed = parseSeed(request.seed, Math.random);
  const variationSeed = parseSeed(request.variationSeed, Math.random);
  const count = batchCount * batchSize;
  return {
    request,
    ...chosen,
    prompt: request.prompt,
    negativePrompt: request.negativePrompt ?? "",
    size: { width, height },
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

function floorSize({ width, height }: Size, factor: number): Size {
  const floor = (side: number) => Math.max(factor, Math.floor(side / factor) * factor);
  return { width: floor(width), height: floor(height) };
}

function orFirst(text: string | undefined, first: string): string {
  return text === undefined || text === "" ? first : text;
}
