import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";
import { StudioError } from "../../studio-error.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const optionalCount = v.nullish(count);
const counts = v.nullish(v.pipe(v.array(count), v.minLength(1)));

export const indexSchema = v.object({
  _class_name: v.string(),
  force_zeros_for_empty_prompt: v.nullish(v.boolean()),
  requires_aesthetics_score: v.nullish(v.boolean()),
});

export const textEncoderSchema = v.object({
  num_hidden_layers: optionalCount,
  hidden_size: optionalCount,
  max_position_embeddings: optionalCount,
  layer_norm_eps: v.nullish(v.number()),
});

export const unetSchema = v.object({
  in_channels: optionalCount,
  sample_size: v.nullish(v.union([count, v.pipe(v.array(count), v.length(2))])),
  block_out_channels: counts,
  down_block_types: v.nullish(v.array(v.string())),
  attention_head_dim: v.nullish(v.union([count, v.array(count)])),
  num_attention_heads: v.nullish(v.union([count, v.array(count)])),
  time_cond_proj_dim: optionalCount,
});

const autoencoderSchema = v.object({
  latent_channels: optionalCount,
  block_out_channels: counts,
  scaling_factor: v.nullish(v.pipe(v.number(), v.gtValue(0))),
  shift_factor: v.nullish(v.number()),
});

/** What a folder may say about how its model is best used; the studio's own file, beside model_index.json. */
export const usageSchema = v.object({
  steps: optionalCount,
  cfgScale: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  sampler: v.nullish(v.string()),
  schedule: v.nullish(v.string()),
  width: optionalCount,
  height: optionalCount,
});

export type ModelIndex = v.InferOutput<typeof indexSchema>;
export type TextEncoderConfig = v.InferOutput<typeof textEncoderSchema>;
export type UnetConfig = v.InferOutput<typeof unetSchema>;
export type AutoencoderConfig = v.InferOutput<typeof autoencoderSchema>;
export type ModelUsage = v.InferOutput<typeof usageSchema>;

/** What the folder says about its autoencoder; older ones say it in another place. */
export async function readAutoencoderConfig(folder: string): Promise<AutoencoderConfig> {
  const configs = await Promise.all(
    ["vae_decoder", "vae_encoder", "vae"].map((part) =>
      readConfig(join(folder, part, "config.json"), autoencoderSchema),
    ),
  );
  return configs.find((config) => config !== undefined) ?? {};
}

/** Pixels of one latent's side. */
export function pixelsOfLatent({ block_out_channels: levels }: AutoencoderConfig): number {
  return 2 ** ((levels?.length ?? 4) - 1);
}

/**
 * Reads a JSON file of a model folder.
 *
 * @returns undefined when there is none
 * @throws {StudioError} `MODEL_CONFIG`, naming file, key, what was expected and what came.
 */
export async function readConfig<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new StudioError("MODEL_CONFIG", {
    message: `${nameOf(path)}, key ${v.getDotPath(issue) ?? "?"}: expected ${issue.expected ?? "another value"}, got ${issue.received}.`,
  });
}

/** @throws {StudioError} `MODEL_CONFIG` when it is no JSON or cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) {
      return undefined;
    }
    throw new StudioError("MODEL_CONFIG", { message: `${nameOf(path)} cannot be read.`, cause });
  }
  try {
    // Python writes minus infinity in a way that JSON has no word for.
    return JSON.parse(text.replaceAll(/(?<=[:[,]\s*)-Infinity\b/g, '"-Infinity"'));
  } catch (cause) {
    throw new StudioError("MODEL_CONFIG", {
      message: `${nameOf(path)} is no JSON: expected a whole file.`,
      cause,
    });
  }
}

function nameOf(path: string): string {
  return join(basename(dirname(path)), basename(path));
}
