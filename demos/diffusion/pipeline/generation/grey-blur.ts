import type { GreyPicture } from "../../images/grey-picture.ts";

/**
 * Blurs as the webui softens masks: a Gaussian cut off at two and a half times its radius, rows first. At the border
 * the picture is mirrored without its last pixel.
 */
export function blurGrey(grey: GreyPicture, radius: number): GreyPicture {
  if (radius === 0) return grey;
  const kernel = gaussian(radius);
  const { width, height } = grey;
  const rows = new Float32Array(grey.data.length);
  const out = new Uint8Array(grey.data.length);
  blurLines(
    { from: grey.data, to: rows },
    { lines: height, length: width, lineStep: width, step: 1 },
    kernel,
  );
  blurLines({ from: rows, to: out }, { lines: width, length: height, lineStep: 1, step: width }, kernel);
  return { width, height, data: out };
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly lineStep: number;
  readonly step: number;
}

function blurLines(
  { from, to }: { from: Uint8Array | Float32Array; to: Uint8Array | Float32Array },
  { lines, length, lineStep, step }: Lines,
  kernel: Float64Array,
): void {
  const half = (kernel.length - 1) / 2;
  const rounds = to instanceof Uint8Array ? 0.5 : 0;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      let sum = rounds;
      for (let k = -half; k <= half; k++) {
        sum += kernel[k + half]! * from[line * lineStep + mirror(at + k, length) * step]!;
      }
      to[line * lineStep + at * step] = sum;
    }
  }
}

function mirror(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = ((at % period) + period) % period;
  return place < length ? place : period - place;
}

function gaussian(radius: number): Float64Array {
  const half = Math.floor(2.5 * radius + 0.5);
  const kernel = Float64Array.from({ length: 2 * half + 1 }, (_, i) =>
    Math.exp(-((i - half) ** 2) / (2 * radius ** 2)),
  );
  const sum = kernel.reduce((total, value) => total + value, 0);
  return kernel.map((value) => value / sum);
}
