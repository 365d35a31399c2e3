import { join } from "node:path";
import { readConfig, unetSchema, usageSchema } from "./pipeline/model/model-configs.ts";

/** What a page shows before a model is loaded. */
export interface ModelDefaults {
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfgScale: number;
}

/** Pixels of a side of a latent's pixel, in every model the engine knows. */
const factor = 8;

/**
 * Reads how a model is best used from the small files of its folder; the engine reads the same, and more.
 *
 * @throws {StudioError} `MODEL_CONFIG` for a file that is none.
 */
export async function readModelDefaults(folder: string): Promise<ModelDefaults> {
  const usage = await readConfig(join(folder, "generation.json"), usageSchema);
  const unet = await readConfig(join(folder, "unet", "config.json"), unetSchema);
  const { sample_size: own = 64 } = unet ?? {};
  const [height = 64, width = height] = Array.isArray(own) ? own : [own ?? 64];
  return {
    width: usage?.width ?? width * factor,
    height: usage?.height ?? height * factor,
    steps: usage?.steps ?? 20,
    cfgScale: usage?.cfgScale ?? 7,
  };
}
