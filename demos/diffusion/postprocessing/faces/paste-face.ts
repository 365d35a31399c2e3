import { setImmediate } from "node:timers/promises";
import type { Picture } from "../../images/picture.ts";
import type { Point } from "./face.ts";
import { faceSide, invert, moveBy, sample, type Similarity } from "./align-face.ts";

/** Rows worked on at a time, so that a stop is heard. */
const rowsAtOnce = 64;

/** Where a face goes, and who may stop it. */
export interface PasteOptions {
  /** The way from the picture to the aligned face. */
  readonly alignment: Similarity;
  readonly signal: AbortSignal | undefined;
}

/**
 * Lays an aligned face back into the pixels of a picture, fading out towards its border: over a tenth of its side
 * nothing can be seen of the seam. Transparency stays what it is.
 *
 * @param target changed in place
 */
export async function pasteFace(target: Picture, face: Picture, options: PasteOptions): Promise<void> {
  const { alignment, signal } = options;
  const scale = Math.hypot(alignment.a, alignment.b);
  const feather = featherOf(faceSide / scale);
  const shareAt = ({ x, y }: Point) => feather(inset(x) / scale) * feather(inset(y) / scale);
  const bounds = boundsIn(target, alignment);
  for (let y = bounds.top; y < bounds.bottom; y++) {
    if ((y - bounds.top) % rowsAtOnce === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    for (let x = bounds.left; x < bounds.right; x++) {
      const place = moveBy(alignment, { x, y });
      const share = shareAt(place);
      if (share > 0) mixIn(target, { x, y }, { share, colourOf: (colour) => sample(face, place, colour) });
    }
  }
}

interface MixedColour {
  readonly share: number;
  readonly colourOf: (colour: number) => number;
}

function mixIn({ data, width, channels }: Picture, { x, y }: Point, { share, colourOf }: MixedColour): void {
  const at = (y * width + x) * channels;
  for (let colour = 0; colour < 3; colour++) {
    const old = data[at + colour] ?? 0;
    data[at + colour] = Math.round(old + (colourOf(colour) - old) * share);
  }
}

/** How far inside the aligned face a place lies along one side. */
function inset(place: number): number {
  return Math.min(place, faceSide - 1 - place);
}

/** How much of a face counts, by how many pixels of the picture one is inside: nothing at its rim, all further in. */
function featherOf(side: number): (depth: number) => number {
  const width = 2 * Math.max(1, Math.floor(side / 20));
  return (depth) => {
    const way = Math.max(0, Math.min(1, (depth - 1) / width));
    return way * way * (3 - 2 * way);
  };
}

/** The part of the picture that an aligned face covers. */
function boundsIn({ width, height }: Picture, alignment: Similarity) {
  const back = invert(alignment);
  const corners = [0, faceSide].flatMap((y) => [0, faceSide].map((x) => moveBy(back, { x, y })));
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs))),
    right: Math.min(width, Math.ceil(Math.max(...xs))),
    top: Math.max(0, Math.floor(Math.min(...ys))),
    bottom: Math.min(height, Math.ceil(Math.max(...ys))),
  };
}
