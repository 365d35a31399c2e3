import {
  pixelsOfLatent,
  type AutoencoderConfig,
  type ModelUsage,
  type UnetConfig,
} from "../model/model-configs.ts";
import type { SamplerEntry } from "../samplers/sampler-entry.ts";
import { parseSamplerName } from "../samplers/sampler-table.ts";
import { classNameOf, type SchedulerConfig } from "../samplers/scheduler-config.ts";
import { findSchedule } from "../schedules/schedule-table.ts";
import type { GenerateRequest } from "./request.ts";

/** What the small files of a model's folder say; what there is none of is empty. */
export interface ModelFacts {
  /** Of generation.json. */
  readonly usage: ModelUsage;
  readonly scheduler: SchedulerConfig;
  readonly unet: UnetConfig;
  readonly autoencoder: AutoencoderConfig;
}

/** What decides most about a picture, but its words and its seed. */
export interface UsualSettings {
  /** Undefined for the scheduler that the model's folder names. */
  readonly sampler: SamplerEntry | undefined;
  /** A schedule's name. */
  readonly schedule: string;
  readonly steps: number;
  readonly cfgScale: number;
  readonly width: number;
  readonly height: number;
}

/**
 * How a model's pictures are made where nobody says otherwise: the one place that decides it, for the engine and for
 * those who show it before a model is loaded. It takes only what can be read without the networks.
 *
 * @param asked what somebody does say
 * @throws {StudioError} `SAMPLER_UNKNOWN` or `SCHEDULE_UNKNOWN`.
 */
export function chooseSettings(
  facts: ModelFacts,
  asked: Partial<Pick<GenerateRequest, keyof UsualSettings>> = {},
): UsualSettings {
  const { usage, scheduler, autoencoder, unet } = facts;
  const named = nameSampler(asked.sampler ?? usage.sampler ?? undefined, classNameOf(scheduler));
  const isDistilled = takesFewSteps(facts);
  const factor = pixelsOfLatent(autoencoder);
  const own = unet.sample_size ?? 64;
  const [ownHeight = 64, ownWidth = ownHeight] = typeof own === "number" ? [own] : own;
  return {
    sampler: named.sampler,
    schedule: findSchedule(asked.schedule ?? usage.schedule ?? named.schedule).name,
    steps: asked.steps ?? usage.steps ?? (isDistilled ? 4 : 20),
    cfgScale: asked.cfgScale ?? usage.cfgScale ?? (isDistilled ? distilledScale(facts) : 7),
    width: asked.width ?? usage.width ?? ownWidth * factor,
    height: asked.height ?? usage.height ?? ownHeight * factor,
  };
}

/** The class of the model's own scheduler means that scheduler itself, with the steps its folder asks for. */
export function nameSampler(
  name: string | undefined,
  schedulerClass: string,
): Pick<UsualSettings, "sampler" | "schedule"> {
  if (name === undefined || name === schedulerClass) return { sampler: undefined, schedule: "automatic" };
  return parseSamplerName(name);
}

/**
 * Whether a model was distilled to draw in a few steps: LCM by its scheduler or its input for guidance; Turbo by steps
 * that begin at pure noise (trailing) while it predicts noise, which nothing else does.
 */
function takesFewSteps({ scheduler, unet }: ModelFacts): boolean {
  const { timestepSpacing, predictionType = "epsilon", rescaleBetasZeroSnr } = scheduler;
  const isTurbo =
    timestepSpacing === "trailing" && predictionType === "epsilon" && rescaleBetasZeroSnr !== true;
  return classNameOf(scheduler) === "LCMScheduler" || takesGuidance(unet) || isTurbo;
}

/** Models that were distilled with guidance take its scale as an input; the others do best without. */
function distilledScale({ unet }: ModelFacts): number {
  return takesGuidance(unet) ? 8.5 : 1;
}

function takesGuidance({ time_cond_proj_dim: width }: UnetConfig): boolean {
  return width !== undefined && width !== null;
}
