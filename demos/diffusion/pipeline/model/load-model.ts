import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { StudioError } from "../../studio-error.ts";
import { findSchedulerClass } from "../samplers/scheduler.ts";
import { classNameOf, parseSchedulerConfig, type SchedulerConfig } from "../samplers/scheduler-config.ts";
import { Autoencoder } from "./autoencoder.ts";
import type { Graph, GraphOptions } from "./graph.ts";
import {
  indexSchema,
  readConfig,
  readJson,
  usageSchema,
  type ModelIndex,
  type ModelUsage,
} from "./model-configs.ts";
import { TextEncoder, type TextFamily } from "./text-encoder.ts";
import { Unet } from "./unet.ts";

/** A model folder with all its graphs open. */
export interface DiffusionModel {
  /** The folder's name. */
  readonly name: string;
  readonly index: ModelIndex;
  /** One, or two in SDXL (only the second in its refiner). */
  readonly textEncoders: readonly TextEncoder[];
  readonly family: TextFamily;
  readonly unet: Unet;
  readonly autoencoder: Autoencoder;
  readonly scheduler: SchedulerConfig;
  readonly schedulerClass: string;
  /** What generation.json in the folder says about good settings. */
  readonly usage: ModelUsage;
  /** Milliseconds that all graphs have run so far. */
  runMs(): number;
  /** Gives sessions back. The process's memory shrinks only when the process ends. */
  release(): Promise<void>;
}

/**
 * Opens a folder in the diffusers ONNX layout: Stable Diffusion 1, 2 or XL, Turbo or LCM, as diffusers' own script or
 * Optimum exported it.
 *
 * @throws {StudioError} `MODEL_FOLDER` when it is none; `MODEL_FILE`, `MODEL_CONFIG`, `MODEL_OPERATOR`, `MODEL_SHAPE`,
 * `TOKENIZER_FILE`, `TOKENIZER_FORMAT`, `SCHEDULER_CONFIG` or `SAMPLER_UNKNOWN` naming the file that is wrong.
 */
export async function loadModel(folder: string, options: GraphOptions = {}): Promise<DiffusionModel> {
  const path = resolve(folder);
  const index = await readIndex(path);
  const { scheduler, schedulerClass } = await readScheduler(path);
  const usage = (await readConfig(join(path, "generation.json"), usageSchema)) ?? {};
  const textEncoders = await openTextEncoders(path, options);
  const unet = await Unet.open(path, options);
  const autoencoder = await Autoencoder.open(path, options);
  const family = textEncoders.length > 1 || unet.takesPooledText ? "sdxl" : "sd1";
  assertFit({ textEncoders, unet, autoencoder });
  const graphs = [
    ...textEncoders.map(({ graph }) => graph),
    unet.graph,
    autoencoder.decoder,
    autoencoder.encoder,
  ].filter((graph): graph is Graph => graph !== undefined);
  return {
    name: basename(path),
    index,
    textEncoders,
    family,
    unet,
    autoencoder,
    scheduler,
    schedulerClass,
    usage,
    runMs: () => graphs.reduce((sum, { runMs }) => sum + runMs, 0),
    release: async () => {
      await Promise.all(graphs.map((graph) => graph.release()));
    },
  };
}

async function readIndex(folder: string): Promise<ModelIndex> {
  const index = (await isDirectory(folder))
    ? await readConfig(join(folder, "model_index.json"), indexSchema)
    : undefined;
  if (index !== undefined) return index;
  throw new StudioError("MODEL_FOLDER", {
    message: `Expected a model folder with model_index.json in it; "${basename(folder)}" ${(await isDirectory(folder)) ? "has none" : "is no folder"}.`,
  });
}

async function readScheduler(folder: string) {
  const json = await readJson(join(folder, "scheduler/scheduler_config.json"));
  if (json === undefined) {
    throw new StudioError("MODEL_FILE", {
      message: "Expected the file scheduler/scheduler_config.json; it is missing.",
    });
  }
  const scheduler = parseSchedulerConfig(json);
  const schedulerClass = classNameOf(scheduler);
  findSchedulerClass(schedulerClass);
  // Clipping is for pictures; latents reach further.
  return { scheduler: { ...scheduler, clipSample: false }, schedulerClass };
}

async function openTextEncoders(folder: string, options: GraphOptions): Promise<TextEncoder[]> {
  const parts = [
    { folder, part: "text_encoder", tokenizer: "tokenizer" },
    { folder, part: "text_encoder_2", tokenizer: "tokenizer_2" },
  ];
  const present: typeof parts = [];
  for (const part of parts) if (await isDirectory(join(folder, part.part))) present.push(part);
  if (present.length === 0) {
    throw new StudioError("MODEL_FILE", {
      message: "Expected the folder text_encoder with model.onnx in it; it is missing.",
    });
  }
  return Promise.all(present.map((part) => TextEncoder.open(part, options)));
}

interface Parts {
  readonly textEncoders: readonly TextEncoder[];
  readonly unet: Unet;
  readonly autoencoder: Autoencoder;
}

/** Parts of different models have the right names and the wrong sizes. */
function assertFit({ textEncoders, unet, autoencoder }: Parts): void {
  const widths = textEncoders.map(({ width }) => width);
  const width = widths.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
  if (unet.textWidth !== undefined && !Number.isNaN(width) && unet.textWidth !== width) {
    throw new StudioError("MODEL_SHAPE", {
      message: `unet/model.onnx expects text vectors of ${unet.textWidth} numbers; the text encoders give ${widths.join(" + ")}.`,
    });
  }
  const latents = autoencoder.channels;
  if (unet.inputChannels !== latents && unet.inputChannels !== 2 * latents + 1) {
    throw new StudioError("MODEL_SHAPE", {
      message: `unet/model.onnx takes ${unet.inputChannels} channels; expected ${latents}, or ${2 * latents + 1} for inpainting, with the ${latents} latent channels of the autoencoder.`,
    });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
