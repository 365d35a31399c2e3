import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Picture } from "../../images/picture.ts";

export interface UpscaleCacheOptions {
  /** Most pictures that are kept; 0 keeps none. @default 5 */
  readonly maxPictures?: number;
  /** Most bytes of pixels that are kept. @default 128 MiB */
  readonly maxBytes?: number;
}

export interface UpscaleSettings {
  readonly upscaler: string;
  readonly factor: number;
}

/** Keeps the last upscaled pictures, so that trying other settings behind them does not upscale again. */
export class UpscaleCache {
  private readonly maxPictures: number;
  private readonly maxBytes: number;
  /** In order of use, the latest last. */
  private readonly pictures = new Map<string, Picture>();

  constructor({ maxPictures = 5, maxBytes = 128 * 1024 * 1024 }: UpscaleCacheOptions = {}) {
    this.maxPictures = maxPictures;
    this.maxBytes = maxBytes;
  }

  /** The kept result for a picture and settings, or a new one. A result too large to be kept is not looked for. */
  async get(source: Picture, settings: UpscaleSettings, make: () => Promise<Picture>): Promise<Picture> {
    const { upscaler, factor } = settings;
    if (this.maxPictures === 0 || source.data.length * factor * factor > this.maxBytes) return make();
    const key = JSON.stringify([
      await digest(source),
      source.width,
      source.height,
      source.channels,
      upscaler,
      factor,
    ]);
    const result = this.pictures.get(key) ?? (await make());
    this.pictures.delete(key);
    this.pictures.set(key, result);
    this.trim();
    return result;
  }

  clear(): void {
    this.pictures.clear();
  }

  get size(): number {
    return this.pictures.size;
  }

  private trim(): void {
    let bytes = [...this.pictures.values()].reduce((sum, { data }) => sum + data.length, 0);
    for (const [key, { data }] of this.pictures) {
      if (this.pictures.size <= this.maxPictures && bytes <= this.maxBytes) return;
      this.pictures.delete(key);
      bytes -= data.length;
    }
  }
}

/** Bytes hashed at a time, so that nothing else has to wait long for a large picture. */
const hashedAtOnce = 4 * 1024 * 1024;

async function digest({ data }: Picture): Promise<string> {
  const hash = createHash("sha256");
  for (let from = 0; from < data.length; from += hashedAtOnce) {
    hash.update(data.subarray(from, from + hashedAtOnce));
    await setImmediate();
  }
  return hash.digest("base64");
}
