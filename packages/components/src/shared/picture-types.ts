import type { Sharp } from "sharp";

/** Raw pixels: rows from the top, each pixel's channels one after another, a byte each. */
export interface Pixels {
  /** `width * height * channels` bytes. */
  readonly data: Uint8Array;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** A picture to show: encoded bytes, raw pixels, a sharp instance, or the path of a file of the app. */
export type PictureValue = Uint8Array | Pixels | Sharp | string | URL;

/** Formats in which raw pixels are sent to the page. PNG and WebP lose nothing here. */
export type PictureFormat = "png" | "webp" | "jpeg";
