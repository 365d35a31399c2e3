import type { GreyPicture } from "../../images/grey-picture.ts";

export interface Corner {
  readonly x: number;
  readonly y: number;
}

const mostCorners = 100;
/** A corner this much weaker than the strongest is none. */
const leastQuality = 0.04;
/** Smallest distance between corners, of the short side. */
const leastDistance = 0.06;
/** The bottom of pictures holds signatures and captions, which are not what one looks at. */
const ignoredBottom = 0.1;

/**
 * Places that stand out in both directions: the smaller eigenvalue of the brightness gradients around them is
 * large (Shi and Tomasi, "Good features to track", 1994).
 */
export function findCorners(grey: GreyPicture): Corner[] {
  const strength = cornerStrength(grey);
  const strongest = strength.reduce((most, value) => Math.max(most, value), 0);
  if (strongest <= 0) return [];
  const places = localPeaks(strength, grey, strongest * leastQuality);
  const distance = Math.min(grey.width, grey.height) * leastDistance;
  const corners: Corner[] = [];
  for (const { x, y } of places) {
    if (corners.length === mostCorners) break;
    if (corners.every((corner) => Math.hypot(corner.x - x, corner.y - y) >= distance)) corners.push({ x, y });
  }
  return corners;
}

function localPeaks(strength: Float32Array, { width, height }: GreyPicture, least: number) {
  const peaks: (Corner & { value: number })[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const value = strength[at] ?? 0;
      if (value >= least && isPeak(strength, at, width)) peaks.push({ x, y, value });
    }
  }
  return peaks.sort((first, second) => second.value - first.value);
}

function isPeak(strength: Float32Array, at: number, width: number): boolean {
  const value = strength[at] ?? 0;
  for (let row = -width; row <= width; row += width) {
    for (let column = -1; column <= 1; column++) if ((strength[at + row + column] ?? 0) > value) return false;
  }
  return true;
}

function cornerStrength(grey: GreyPicture): Float32Array {
  const { width, height } = grey;
  const { across, down } = gradients(grey);
  const strength = new Float32Array(width * height);
  const lastRow = Math.floor(height * (1 - ignoredBottom)) - 2;
  for (let y = 2; y < lastRow; y++) {
    for (let x = 2; x < width - 2; x++)
      strength[y * width + x] = smallerEigenvalue(across, down, y * width + x, width);
  }
  return strength;
}

/** Of the gradients in the three by three pixels around a place. */
// oxlint-disable-next-line max-params -- called for every pixel; an object each time would be the main cost
function smallerEigenvalue(across: Float32Array, down: Float32Array, at: number, width: number): number {
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let row = -width; row <= width; row += width) {
    for (let column = -1; column <= 1; column++) {
      const gx = across[at + row + column] ?? 0;
      const gy = down[at + row + column] ?? 0;
      xx += gx * gx;
      yy += gy * gy;
      xy += gx * gy;
    }
  }
  return (xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
}

/** Sobel's differences of brightness. */
function gradients({ width, height, data }: GreyPicture): { across: Float32Array; down: Float32Array } {
  const across = new Float32Array(width * height);
  const down = new Float32Array(width * height);
  const value = (at: number) => data[at] ?? 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const above = at - width;
      const below = at + width;
      across[at] =
        value(above + 1) -
        value(above - 1) +
        2 * (value(at + 1) - value(at - 1)) +
        value(below + 1) -
        value(below - 1);
      down[at] =
        value(below - 1) -
        value(above - 1) +
        2 * (value(below) - value(above)) +
        value(below + 1) -
        value(above + 1);
    }
  }
  return { across, down };
}
