import { buildInfotext } from "../../images/infotext.ts";
import { findSchedule } from "../schedules/schedule-table.ts";
import { usesSchedule } from "./pass-solver.ts";
import { latentUpscalers } from "./resize-latents.ts";
import { seedSizeOf } from "./seed-resize.ts";
import type { GenerationSettings, PassSettings, Size } from "./settings.ts";

export interface DescribedPicture {
  readonly settings: GenerationSettings;
  readonly hires: { readonly pass: PassSettings; readonly size: Size } | undefined;
  readonly modelName: string;
  /** The scheduler of the model's folder, for pictures that no sampler was named for. */
  readonly schedulerClass: string;
  /** The picture's place in the job. */
  readonly index: number;
}

/** The text that says how a picture was made, as the webui writes it. */
export function describePicture(described: DescribedPicture): string {
  const { settings, index } = described;
  const { seeds, request, size } = settings;
  const isVaried = settings.variationStrength > 0;
  const from = seedSizeOf(request);
  return buildInfotext({
    prompt: settings.prompt,
    negativePrompt: settings.negativePrompt,
    parameters: {
      Steps: settings.steps,
      Sampler: settings.sampler?.name ?? described.schedulerClass,
      "Schedule type": labelOf(settings.schedule),
      "CFG scale": settings.cfgScale,
      Seed: seeds.seeds[index],
      Size: `${size.width}x${size.height}`,
      Model: described.modelName,
      "Variation seed": isVaried ? seeds.variationSeeds[index] : undefined,
      "Variation seed strength": isVaried ? settings.variationStrength : undefined,
      "Seed resize from": from && `${from.width}x${from.height}`,
      "Denoising strength": described.hires ? (request.hires?.strength ?? 0.7) : sourceStrength(settings),
      "Clip skip": settings.clipSkip > 1 ? settings.clipSkip : undefined,
      ENSD:
        settings.seedDelta > 0 && settings.sampler?.usesSeedDelta === true ? settings.seedDelta : undefined,
      RNG: settings.randomSource,
      Emphasis: settings.emphasis === "Original" ? undefined : settings.emphasis,
      "Guidance rescale": settings.guidanceRescale > 0 ? settings.guidanceRescale : undefined,
      Eta: request.samplerOptions?.["eta"],
      ...describeLevels(described),
      "Pad conds": request.padsConditioning === true ? true : undefined,
      ...describeMask(settings),
      ...describeHires(described),
    },
  });
}

/** Only where they had a say: a scheduler that lays out training steps of its own takes none of them. */
function describeLevels({ settings, hires }: DescribedPicture) {
  if (!usesSchedule(settings) && (hires === undefined || !usesSchedule(hires.pass))) return {};
  const { sigmaMin, sigmaMax, rho, discardPenultimate } = settings.request;
  return {
    "Schedule min sigma": sigmaMin,
    "Schedule max sigma": sigmaMax,
    "Schedule rho": rho,
    "Discard penultimate sigma": discardPenultimate,
  };
}

function sourceStrength({ request }: GenerationSettings): number | undefined {
  return request.source && (request.source.strength ?? 0.75);
}

function describeMask({ request }: GenerationSettings) {
  const mask = request.source?.mask;
  if (mask === undefined) return {};
  const content = mask.content ?? "original";
  return {
    "Mask mode": mask.isInverted === true ? "Inpaint not masked" : undefined,
    "Mask blur": mask.blur ?? 4,
    "Inpaint area": mask.onlyMasked === true ? "Only masked" : undefined,
    "Masked area padding": mask.onlyMasked === true ? (mask.padding ?? 32) : undefined,
    "Masked content": content === "original" ? undefined : content,
  };
}

function describeHires({ settings, hires }: DescribedPicture) {
  const { request } = settings;
  if (hires === undefined || request.hires === undefined) return {};
  const { pass, size } = hires;
  const isSized = (request.hires.width ?? 0) > 0 || (request.hires.height ?? 0) > 0;
  const isDifferent = (key: "prompt" | "negativePrompt") => pass[key] !== settings[key];
  return {
    "Hires prompt": isDifferent("prompt") ? pass.prompt : undefined,
    "Hires negative prompt": isDifferent("negativePrompt") ? pass.negativePrompt : undefined,
    "Hires upscale": isSized ? undefined : (request.hires.scale ?? 2),
    "Hires resize": isSized ? `${size.width}x${size.height}` : undefined,
    "Hires steps": pass.steps === settings.steps ? undefined : pass.steps,
    "Hires upscaler": request.hires.upscaler ?? Object.keys(latentUpscalers)[0],
    "Hires sampler": pass.sampler?.name === settings.sampler?.name ? undefined : pass.sampler?.name,
    "Hires schedule type": pass.schedule === settings.schedule ? undefined : labelOf(pass.schedule),
    "Hires CFG Scale": pass.cfgScale === settings.cfgScale ? undefined : pass.cfgScale,
  };
}

function labelOf(schedule: string): string {
  return findSchedule(schedule).label;
}
