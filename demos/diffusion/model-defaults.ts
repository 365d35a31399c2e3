import { join } from "node:path";
import { chooseSettings } from "./pipeline/generation/usual-settings.ts";
import {
  pixelsOfLatent,
  readAutoencoderConfig,
  readConfig,
  readJson,
  unetSchema,
  usageSchema,
} from "./pipeline/model/model-configs.ts";
import { parseSchedulerConfig, type SchedulerConfig } from "./pipeline/samplers/scheduler-config.ts";
import { findSchedule } from "./pipeline/schedules/schedule-table.ts";
import { StudioError } from "./studio-error.ts";

/** What a page shows before a model is loaded. */
export interface ModelDefaults {
  /** A sampler's name; undefined for the scheduler that the model's folder names. */
  readonly sampler: string | undefined;
  /** A schedule's label. */
  readonly schedule: string;
  readonly steps: number;
  readonly cfgScale: number;
  readonly width: number;
  readonly height: number;
  /** Width and height are multiples of this. */
  readonly factor: number;
}

/**
 * Reads how a model is best used from the small files of its folder, and decides as the engine does.
 *
 * @throws {StudioError} `MODEL_CONFIG` for a file that is none, `SAMPLER_UNKNOWN` or `SCHEDULE_UNKNOWN` for a name in
 *   generation.json that is none.
 */
export async function readModelDefaults(folder: string): Promise<ModelDefaults> {
  const autoencoder = await readAutoencoderConfig(folder);
  const { sampler, schedule, ...numbers } = chooseSettings({
    usage: (await readConfig(join(folder, "generation.json"), usageSchema)) ?? {},
    scheduler: await readScheduler(folder),
    unet: (await readConfig(join(folder, "unet", "config.json"), unetSchema)) ?? {},
    autoencoder,
  });
  return {
    sampler: sampler?.name,
    schedule: findSchedule(schedule).label,
    ...numbers,
    factor: pixelsOfLatent(autoencoder),
  };
}

/** Of a model of another kind the engine says so when a picture is asked for; until then the others can be used. */
async function readScheduler(folder: string): Promise<SchedulerConfig> {
  try {
    return parseSchedulerConfig(await readJson(join(folder, "scheduler", "scheduler_config.json")));
  } catch (error) {
    if (error instanceof StudioError) return {};
    throw error;
  }
}
