import type { Planes } from "../model/tiles.ts";
import type { LatentSize } from "./latent-size.ts";

/** How latents are made larger, as torch's `interpolate` names its modes. */
export interface LatentResizing {
  readonly mode: "nearest" | "nearest-exact" | "bilinear" | "bicubic";
  /** Widens the kernel where it shrinks, and takes the softer cubic curve. @default false */
  readonly isAntialiased?: boolean;
}

/** Upscalers that work on latents, under the webui's names. */
export const latentUpscalers: Readonly<Record<string, LatentResizing>> = {
  Latent: { mode: "bilinear" },
  "Latent (antialiased)": { mode: "bilinear", isAntialiased: true },
  "Latent (bicubic)": { mode: "bicubic" },
  "Latent (bicubic antialiased)": { mode: "bicubic", isAntialiased: true },
  "Latent (nearest)": { mode: "nearest" },
  "Latent (nearest-exact)": { mode: "nearest-exact" },
};

/** Resizes planes of latents, first along rows, then along columns. */
export function resizeLatents(
  planes: Planes,
  { height, width }: LatentSize,
  resizing: LatentResizing,
): Planes {
  const { channels } = planes;
  const columns = weigh(planes.width, width, resizing);
  const rows = weigh(planes.height, height, resizing);
  const across = new Float32Array(channels * planes.height * width);
  for (let line = 0; line < channels * planes.height; line++) {
    columns.forEach((taps, column) => {
      let sum = 0;
      for (const { at, weight } of taps) sum += weight * planes.data[line * planes.width + at]!;
      across[line * width + column] = sum;
    });
  }
  const data = new Float32Array(channels * height * width);
  for (let channel = 0; channel < channels; channel++) {
    rows.forEach((taps, row) => {
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (const { at, weight } of taps)
          sum += weight * across[(channel * planes.height + at) * width + column]!;
        data[(channel * height + row) * width + column] = sum;
      }
    });
  }
  return { data, channels, height, width };
}

/** One old place and its share in a new one. */
interface Tap {
  readonly at: number;
  readonly weight: number;
}

function weigh(from: number, to: number, { mode, isAntialiased = false }: LatentResizing): Tap[][] {
  const scale = from / to;
  const places = Array.from({ length: to }, (_, i) => i);
  if (mode === "nearest")
    return places.map((i) => [{ at: Math.min(Math.floor(i * scale), from - 1), weight: 1 }]);
  if (mode === "nearest-exact") {
    return places.map((i) => [{ at: Math.min(Math.floor((i + 0.5) * scale), from - 1), weight: 1 }]);
  }
  const stretch = isAntialiased ? Math.max(scale, 1) : 1;
  const radius = (mode === "bilinear" ? 1 : 2) * stretch;
  const curve = mode === "bilinear" ? triangle : cubic(isAntialiased ? -0.5 : -0.75);
  return places.map((i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const taps = [];
    for (let at = Math.ceil(centre - radius); at <= Math.floor(centre + radius); at++) {
      // Antialiased kernels leave out what lies beyond the border; the others repeat the last place.
      if (isAntialiased && (at < 0 || at >= from)) continue;
      taps.push({ at: Math.min(Math.max(at, 0), from - 1), weight: curve((at - centre) / stretch) });
    }
    const sum = taps.reduce((total, { weight }) => total + weight, 0);
    return taps.map(({ at, weight }) => ({ at, weight: weight / sum }));
  });
}

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

/** Keys' cubic convolution (1981), of any sharpness. */
function cubic(a: number): (x: number) => number {
  return (x) => {
    const d = Math.abs(x);
    if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
  };
}
