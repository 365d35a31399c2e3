import { freemem } from "node:os";
import { StudioError } from "../../studio-error.ts";
import type { DiffusionModel } from "./load-model.ts";
import type { Autoencoder, TilingOptions } from "./autoencoder.ts";

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface MemoryRequest extends PictureSize {
  /** Pictures that go through the network at once, both halves of the guidance counted. */
  readonly batch: number;
  readonly tiling: TilingOptions | undefined;
}

/** Full-resolution tensors that are alive at once in a decoder's widest block; measured on Stable Diffusion 1. */
const decoderTensors = 10;
/** The same for the network's first level, its skip connections counted. */
const unetTensors = 24;

/**
 * Bytes that a picture needs while it is made, beside the model itself: the larger of the network's and the decoder's
 * peak. A rough figure, meant to refuse what cannot work before it takes the machine down.
 */
export function estimateBytes(model: DiffusionModel, request: MemoryRequest): number {
  return Math.max(unetBytes(model, request), decoderBytes(model, request));
}

/**
 * @param limit bytes that may be used; by default, what the system has left
 * @throws {StudioError} `MEMORY_LIMIT`, with the estimate.
 */
export function assertMemory(model: DiffusionModel, request: MemoryRequest, limit = availableBytes()): void {
  const bytes = estimateBytes(model, request);
  if (bytes <= limit) return;
  throw new StudioError("MEMORY_LIMIT", {
    message: `A picture of ${request.width} × ${request.height} (${request.batch} through the network at once) needs about ${inGigabytes(bytes)} GB beside the model; ${inGigabytes(limit)} GB are left.`,
  });
}

/**
 * The same for a picture that only the encoder sees.
 *
 * @throws {StudioError} `MEMORY_LIMIT`, with the estimate.
 */
export function assertEncoderMemory(
  model: DiffusionModel,
  request: Omit<MemoryRequest, "batch">,
  limit = availableBytes(),
): void {
  const bytes = encoderBytes(model, request);
  if (bytes <= limit) return;
  throw new StudioError("MEMORY_LIMIT", {
    message: `To encode a picture of ${request.width} × ${request.height} takes about ${inGigabytes(bytes)} GB beside the model; ${inGigabytes(limit)} GB are left.`,
    hint: "Choose a smaller picture to start from, or resize it before it is encoded.",
  });
}

function availableBytes(): number {
  // What the process may use counts limits of its container, where there are any.
  const allowed = process.constrainedMemory?.() ?? 0;
  const free = freemem();
  return allowed > 0 && allowed < Number.MAX_SAFE_INTEGER
    ? Math.min(free, Math.max(allowed - process.memoryUsage.rss(), 0))
    : free;
}

function unetBytes({ unet, autoencoder }: DiffusionModel, { width, height, batch }: MemoryRequest): number {
  const {
    block_out_channels: channels,
    down_block_types: kinds,
    attention_head_dim,
    num_attention_heads,
  } = unet.config;
  const latents = (width / autoencoder.factor) * (height / autoencoder.factor);
  // Attention scores every pair of places, at the first level that has it.
  const found = kinds?.findIndex((kind) => kind.startsWith("CrossAttn")) ?? 1;
  const level = found < 0 ? (channels?.length ?? 4) : found;
  const headCounts = num_attention_heads ?? attention_head_dim ?? 8;
  const heads = typeof headCounts === "number" ? headCounts : (headCounts[level] ?? 8);
  const places = latents / 4 ** level;
  const scores = 2 * heads * places ** 2;
  const activations = unetTensors * latents * (channels?.[0] ?? 320);
  return 4 * batch * (scores + activations);
}

function decoderBytes({ autoencoder }: DiffusionModel, request: MemoryRequest): number {
  return autoencoderBytes(autoencoder, request, autoencoder.config.block_out_channels?.[1] ?? 256);
}

/** At full resolution an encoder has its first level alone. */
function encoderBytes({ autoencoder }: DiffusionModel, request: Omit<MemoryRequest, "batch">): number {
  return autoencoderBytes(autoencoder, request, autoencoder.config.block_out_channels?.[0] ?? 128);
}

function autoencoderBytes(
  { factor }: Autoencoder,
  { width, height, tiling }: Omit<MemoryRequest, "batch">,
  channels: number,
): number {
  const side = (tiling?.tile ?? Infinity) * factor;
  const pixels = Math.min(width, side) * Math.min(height, side);
  const picture = 3 * width * height * 4;
  return 4 * decoderTensors * pixels * channels + picture;
}

function inGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
}
