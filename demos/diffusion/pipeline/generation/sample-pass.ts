import { conditionPrompts } from "../conditioning/prompt-conditioning.ts";
import type { Conditioner } from "../conditioning/conditioner.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import { createDenoiser } from "../prediction/denoiser.ts";
import { combine } from "../numeric/combine.ts";
import { ImageNoise } from "../random/image-noise.ts";
import { sample, type Denoiser } from "../samplers/sample.ts";
import type { NoiseSource, Solver } from "../samplers/solver.ts";
import { createPassSolver, countModelCalls } from "./pass-solver.ts";
import { createGuidedPredictor, usesNegative } from "./guided-denoiser.ts";
import type { LatentSize } from "./latent-size.ts";
import { createPathNoise } from "./path-noise.ts";
import type { MaskedContent } from "./request.ts";
import type { RunContext } from "./run-context.ts";
import { seedLatentsOf } from "./seed-resize.ts";
import type { GenerationSettings, PassSettings, Size } from "./settings.ts";

/** Where latents are drawn anew: 1 where they are, 0 where the old ones stay; one number for each place. */
export interface LatentMask {
  readonly places: Float32Array;
  readonly content: MaskedContent;
}

/** What a pass starts from instead of pure noise. */
export interface PassStart {
  /** Of the whole batch. */
  readonly latents: Float32Array;
  readonly strength: number;
  readonly takesAllSteps: boolean;
  readonly mask: LatentMask | undefined;
}

export interface PassRequest {
  readonly model: DiffusionModel;
  readonly conditioner: Conditioner;
  readonly settings: GenerationSettings;
  readonly pass: PassSettings;
  /** Which pass of the two. */
  readonly kind: "first" | "hires";
  readonly size: LatentSize;
  /** The size that was asked for, in pixels; the latents may reach a little further. */
  readonly pictureSize: Size;
  /** The batch's pictures by their place in the job. */
  readonly pictures: readonly number[];
  readonly start: PassStart | undefined;
  readonly extraChannels: Float32Array | undefined;
}

export interface PassResult {
  /** Of the whole batch; undefined when it was stopped before the first answer. */
  readonly latents: Float32Array | undefined;
  readonly isIncomplete: boolean;
  readonly ignoredTags: readonly string[];
}

/** Samples one batch once. */
export async function samplePass(request: PassRequest, context: RunContext): Promise<PassResult> {
  const { model, settings, start } = request;
  const solver = createPassSolver(request);
  const prompts = await conditionPass(request, context);
  const noise = createNoise(request);
  const first = noise.next();
  const source = start && prepareStart(start, first);
  const answers = new LastAnswer();
  const predict = createGuidedPredictor({
    model,
    prompts,
    cfgScale: request.pass.cfgScale,
    rescale: settings.guidanceRescale,
    batch: request.pictures.length,
    size: request.size,
    pictureSize: request.pictureSize,
    extraChannels: request.extraChannels,
    joinsGuidance: settings.request.joinsGuidance ?? true,
    beforeRun: context.beforeModelRun,
  });
  const bare = createDenoiser({ prediction: model.scheduler.predictionType ?? "epsilon", predict });
  try {
    const latents = await sample({
      solver,
      start: source === undefined ? scaled(first, solver.initNoiseSigma) : solver.addNoise(source, first),
      batch: request.pictures.length,
      noise: createStepNoise(request, solver, noise),
      denoise: answers.watch(withOldPlaces(bare, start)),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onStep: ({ step, steps, denoised }) => context.reportStep({ step, steps, denoised, request }),
    });
    if (start !== undefined) keepOldPlaces(latents, start);
    return { latents, isIncomplete: false, ignoredTags: prompts.ignoredTags };
  } catch (error) {
    if (!context.isStop(error)) throw error;
    return { latents: answers.last?.slice(), isIncomplete: true, ignoredTags: prompts.ignoredTags };
  }
}

function conditionPass({ model, conditioner, settings, pass, kind }: PassRequest, context: RunContext) {
  const { request } = settings;
  const firstCalls = countModelCalls(settings, model);
  return conditionPrompts(
    conditioner,
    {
      prompt: pass.prompt,
      negativePrompt: pass.negativePrompt,
      steps: firstCalls,
      hiresSteps: kind === "hires" ? countModelCalls(pass, model) : undefined,
      oldSchedules: request.oldSchedules ?? false,
      hasComments: request.hasComments ?? true,
      options: {
        clipSkip: settings.clipSkip,
        emphasis: settings.emphasis,
        commaBacktrack: request.commaBacktrack ?? 20,
      },
      zeroesEmptyNegative: model.family === "sdxl" && model.index.force_zeros_for_empty_prompt === true,
      usesNegative: usesNegative(model, pass.cfgScale),
      padsToLongest: request.padsConditioning ?? false,
    },
    context.beforeOtherRun,
  );
}

function createNoise({ model, settings, pass, size, pictures }: PassRequest): ImageNoise {
  const { seeds, request } = settings;
  const { factor, channels } = model.autoencoder;
  const resizeFrom = seedLatentsOf(request, factor);
  return new ImageNoise({
    seeds: pictures.map((index) => seeds.seeds[index]!),
    variationSeeds: pictures.map((index) => seeds.variationSeeds[index]!),
    variationStrength: settings.variationStrength,
    shape: { channels, height: size.height, width: size.width },
    source: settings.randomSource,
    seedDelta: pass.sampler?.usesSeedDelta === true ? settings.seedDelta : 0,
    ...(resizeFrom === undefined ? {} : { resizeFrom }),
  });
}

/** The noise that samplers add in their steps. */
function createStepNoise(request: PassRequest, solver: Solver, noise: ImageNoise): NoiseSource {
  const { model, settings, pass, size, pictures } = request;
  if (pass.sampler?.isStochastic !== true) return () => noise.next();
  return createPathNoise({
    solver,
    seeds: pictures.map((index) => settings.seeds.seeds[index]!),
    size: model.autoencoder.channels * size.height * size.width,
    source: settings.randomSource,
  });
}

/** The latents to start from, with the chosen content under the mask. */
function prepareStart({ latents, mask }: PassStart, noise: Float32Array): Float32Array {
  if (mask === undefined) return latents;
  switch (mask.content) {
    case "fill":
    case "original":
      return latents;
    case "latent noise":
    case "latent nothing": {
      const factor = mask.content === "latent noise" ? 1 : 0;
      const { places } = mask;
      return latents.map((old, i) => {
        const share = places[i % places.length]!;
        return old * (1 - share) + factor * noise[i]! * share;
      });
    }
  }
}

/** Puts the old latents into every estimate, so that the picture grows out of its surroundings. */
function withOldPlaces(denoise: Denoiser, start: PassStart | undefined): Denoiser {
  if (start?.mask === undefined) return denoise;
  return async (call) => {
    const denoised = await denoise(call);
    keepOldPlaces(denoised, start);
    return denoised;
  };
}

function keepOldPlaces(latents: Float32Array, { latents: old, mask }: PassStart): void {
  if (mask === undefined) return;
  const { places } = mask;
  for (let i = 0; i < latents.length; i++) {
    const share = places[i % places.length]!;
    latents[i] = latents[i]! * share + old[i]! * (1 - share);
  }
}

/** Remembers the latest estimate: what a stopped picture ends with. */
class LastAnswer {
  last: Float32Array | undefined;

  watch(denoise: Denoiser): Denoiser {
    return async (call) => {
      this.last = await denoise(call);
      return this.last;
    };
  }
}

function scaled(values: Float32Array, factor: number): Float32Array {
  const out = new Float32Array(values.length);
  combine(out, [factor, values]);
  return out;
}
