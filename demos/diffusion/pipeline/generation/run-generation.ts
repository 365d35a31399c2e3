import type { Picture } from "../../images/picture.ts";
import type { Upscaler } from "../../postprocessing/upscalers/upscaler.ts";
import type { Conditioner } from "../conditioning/conditioner.ts";
import type { AutoencoderWork } from "../model/autoencoder.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import { assertEncoderMemory, assertMemory } from "../model/memory-estimate.ts";
import type { Planes } from "../model/tiles.ts";
import { usesNegative } from "./guided-denoiser.ts";
import { upscaleLatents } from "./hires.ts";
import type { LatentPreview } from "./latent-preview.ts";
import { latentSizeOf } from "./latent-size.ts";
import { describePicture } from "./parameters-text.ts";
import { assertPasses, planHiresPass, startOf, type HiresPlan } from "./passes.ts";
import { planesToPicture } from "./planes.ts";
import type { GenerateRequest } from "./request.ts";
import { latentUpscalers } from "./resize-latents.ts";
import { RunContext, type RunHooks } from "./run-context.ts";
import { samplePass, type PassRequest, type PassResult, type PassStart } from "./sample-pass.ts";
import { resolveSettings, type GenerationSettings, type Size } from "./settings.ts";
import {
  applyOverlay,
  blankInpaintingChannels,
  prepareSource,
  readSource,
  type PreparedSource,
} from "./source.ts";

/** A finished picture. */
export interface GeneratedPicture {
  readonly picture: Picture;
  /** Its place in the job, from 0. */
  readonly index: number;
  readonly seed: number;
  readonly variationSeed: number;
  /** How it was made, to be written into its file. */
  readonly parameters: string;
  /** Whether it was stopped before its last step. */
  readonly isIncomplete: boolean;
}

export interface GenerateResult {
  readonly pictures: readonly GeneratedPicture[];
  /** What was passed over, such as tags of networks that cannot be loaded. */
  readonly notes: readonly string[];
  /** Milliseconds that the model's graphs ran, of all the time it took. */
  readonly modelMs: number;
}

export interface GenerateHooks extends RunHooks {
  /** What it returns is awaited before anything else is drawn, so that a picture is not kept waiting by the next one. */
  readonly onPicture?: ((picture: GeneratedPicture) => unknown) | undefined;
}

/** What one loaded model brings to every generation. */
export interface GenerationTools {
  readonly model: DiffusionModel;
  readonly conditioner: Conditioner;
  readonly preview: LatentPreview;
  readonly upscalers: readonly Upscaler[];
  /** Bytes that pictures may take. @default what the system has left */
  readonly memoryLimit: number | undefined;
}

/** Draws all pictures of a request, batch by batch. */
export async function runGeneration(
  tools: GenerationTools,
  request: GenerateRequest,
  hooks: GenerateHooks,
): Promise<GenerateResult> {
  const startMs = tools.model.runMs();
  hooks.signal?.throwIfAborted();
  const job = await prepareJob(tools, request, hooks);
  const { context, settings } = job;
  const { notes } = context;
  const pictures: GeneratedPicture[] = [];
  for (let batch = 0; batch < settings.batchCount; batch++) {
    const { control } = hooks;
    if (control?.interrupted === true || control?.stopsAfterPicture === true) break;
    if (control !== undefined) control.skipped = false;
    context.batch = batch + 1;
    const places = Array.from({ length: settings.batchSize }, (_, i) => batch * settings.batchSize + i);
    for await (const picture of drawBatch(job, places)) {
      pictures.push(picture);
      await hooks.onPicture?.(picture);
    }
  }
  if (encodes(job) && tools.model.autoencoder.hasDrawnNoise) {
    notes.add("The model's encoder draws noise that no seed rules: the same request gives another picture.");
  }
  return { pictures, notes: [...notes], modelMs: tools.model.runMs() - startMs };
}

interface Job {
  readonly tools: GenerationTools;
  readonly settings: GenerationSettings;
  readonly context: RunContext;
  readonly work: AutoencoderWork;
  readonly source: PreparedSource | undefined;
  /** For inpainting models without a source. */
  readonly blankChannels: Float32Array | undefined;
  readonly hires: HiresPlan | undefined;
}

async function prepareJob(
  tools: GenerationTools,
  request: GenerateRequest,
  hooks: GenerateHooks,
): Promise<Job> {
  const { model } = tools;
  const read = request.source && (await readSource(request.source));
  const settings = resolveSettings(request, model, read?.picture);
  const hires = planHiresPass(tools, settings);
  assertPasses(model, settings, hires);
  const largest = hires?.target.size ?? settings.size;
  const workAt = (size: Size) => ({
    tiling: chooseTiling(request, size),
    beforeRun: (): Promise<void> => context.beforeOtherRun(),
  });
  const work = workAt(largest);
  assertRoom(tools, { settings, size: largest, tiling: work.tiling });
  const context = new RunContext(hooks, tools.preview);
  context.batchCount = settings.batchCount;
  context.passCount = settings.batchCount * (hires === undefined ? 1 : 2);
  const target = {
    model,
    size: settings.size,
    workAt(own: Size) {
      const ownWork = workAt(own);
      assertEncoderMemory(model, { ...own, tiling: ownWork.tiling }, tools.memoryLimit);
      return ownWork;
    },
  };
  const source = read && (await prepareSource(read, target, work));
  const blankChannels = source === undefined ? await blankInpaintingChannels(target, work) : undefined;
  if (request.source?.mask !== undefined && source?.mask === undefined) {
    context.notes.add("The mask was empty: the whole picture was drawn anew.");
  }
  return { tools, settings, context, work, source, blankChannels, hires };
}

/** Whether a job takes a picture through the encoder. */
function encodes({ source, blankChannels, hires }: Job): boolean {
  const isByPicture = hires !== undefined && !Object.hasOwn(latentUpscalers, hires.upscaler);
  return source !== undefined || blankChannels !== undefined || isByPicture;
}

/** Above this many pixels decoders take more memory than most machines have. */
const mostUntiledPixels = 768 * 768;

function chooseTiling({ vaeTiling = "auto" }: GenerateRequest, { width, height }: Size) {
  const isTiled = vaeTiling === "auto" ? width * height > mostUntiledPixels : vaeTiling;
  return isTiled ? { tile: 64, overlap: 16 } : undefined;
}

interface RoomRequest {
  readonly settings: GenerationSettings;
  readonly size: Size;
  readonly tiling: AutoencoderWork["tiling"];
}

function assertRoom({ model, memoryLimit }: GenerationTools, { settings, size, tiling }: RoomRequest): void {
  const isJoined = settings.request.joinsGuidance ?? true;
  const halves = isJoined && usesNegative(model, settings.cfgScale) ? 2 : 1;
  assertMemory(model, { ...size, batch: settings.batchSize * halves, tiling }, memoryLimit);
}

async function* drawBatch(job: Job, pictures: readonly number[]): AsyncGenerator<GeneratedPicture> {
  const { settings, context, source, tools } = job;
  const size = latentSizeOf(tools.model, settings.size);
  const first = await pass(job, {
    kind: "first",
    pass: settings,
    size,
    pictureSize: settings.size,
    pictures,
    start: source && startFrom(source, job, pictures.length),
    extraChannels: source?.extraChannels ?? job.blankChannels,
  });
  const isHires = job.hires !== undefined && context.control?.interrupted !== true && !first.isIncomplete;
  const result = isHires && first.latents ? await hiresPass(job, first.latents, pictures) : first;
  context.passesDone += job.hires === undefined || isHires ? 1 : 2;
  if (result.latents === undefined) return;
  const finalSize = isHires ? job.hires!.target.size : settings.size;
  const length = result.latents.length / pictures.length;
  for (const [i, index] of pictures.entries()) {
    const latents = result.latents.subarray(i * length, (i + 1) * length);
    const picture = await decodePicture(job, latents, finalSize);
    yield {
      picture: source?.overlay === undefined ? picture : await applyOverlay(picture, source.overlay),
      index,
      seed: settings.seeds.seeds[index]!,
      variationSeed: settings.seeds.variationSeeds[index]!,
      parameters: describe(job, index),
      isIncomplete: result.isIncomplete,
    };
  }
}

type OwnPass = Omit<PassRequest, "model" | "conditioner" | "settings">;

async function pass({ tools, settings, context }: Job, own: OwnPass): Promise<PassResult> {
  const { model, conditioner } = tools;
  const result = await samplePass({ model, conditioner, settings, ...own }, context);
  await context.settle();
  for (const tag of result.ignoredTags) {
    context.notes.add(`${tag} was left out: networks like it cannot be loaded.`);
  }
  return result;
}

function startFrom({ latents, mask }: PreparedSource, { settings }: Job, batch: number): PassStart {
  const { source } = settings.request;
  const all = new Float32Array(latents.length * batch);
  for (let i = 0; i < batch; i++) all.set(latents, i * latents.length);
  return { latents: all, mask, ...startOf(source) };
}

async function hiresPass(job: Job, latents: Float32Array, pictures: readonly number[]): Promise<PassResult> {
  const { tools, settings, hires, context, work } = job;
  const { target, pass: own, upscaler, strength } = hires!;
  const { model, upscalers } = tools;
  context.passesDone += 1;
  const firstSize = latentSizeOf(model, settings.size);
  const size = latentSizeOf(model, target.size);
  const { channels } = model.autoencoder;
  const length = latents.length / pictures.length;
  const enlarged = new Float32Array(pictures.length * channels * size.height * size.width);
  for (let i = 0; i < pictures.length; i++) {
    const data = latents.subarray(i * length, (i + 1) * length);
    const one = await upscaleLatents(
      { data, channels, ...firstSize },
      { model, name: upscaler, target, firstSize: settings.size, upscalers, signal: context.signal },
      work,
    );
    enlarged.set(one, i * one.length);
  }
  const start = { latents: enlarged, strength, takesAllSteps: true, mask: undefined };
  return pass(job, {
    kind: "hires",
    pass: own,
    size,
    pictureSize: target.size,
    pictures,
    start,
    extraChannels: undefined,
  });
}

async function decodePicture({ tools, work }: Job, data: Float32Array, size: Size): Promise<Picture> {
  const { autoencoder } = tools.model;
  const latents: Planes = { data, channels: autoencoder.channels, ...latentSizeOf(tools.model, size) };
  return planesToPicture(await autoencoder.decode(latents, work), size);
}

function describe({ tools, settings, hires }: Job, index: number): string {
  return describePicture({
    settings,
    hires: hires && { pass: hires.pass, size: hires.target.size },
    modelName: tools.model.name,
    schedulerClass: tools.model.schedulerClass,
    index,
  });
}
