import { setImmediate } from "node:timers/promises";
import type { Picture } from "../../images/picture.ts";
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
  const bounds = boundsIn(target, alignment);
  for (let top = bounds.top; top < bounds.bottom; top += rowsAtOnce) {
    await setImmediate();
    signal?.throwIfAborted();
    for (let y = top; y < Math.min(bounds.bottom, top + rowsAtOnce); y++) {
      for (let x = bounds.left; x < bounds.right; x++) {
        const place = moveBy(alignment, { x, y });
        const share = feather(inset(place.x) / scale) * feather(inset(place.y) / scale);
        const at = (y * target.width + x) * target.channels;
        if (share > 0) mixIn(target.data, { at, share, colourOf: (colour) => sample(face, place, colour) });
      }
    }
  }
}

interface MixedColour {
  /** Where the pixel begins. */
  readonly at: number;
  readonly share: number;
  readonly colourOf: (colour: number) => number;
}

function mixIn(data: Uint8Array, { at, share, colourOf }: MixedColour): void {
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
