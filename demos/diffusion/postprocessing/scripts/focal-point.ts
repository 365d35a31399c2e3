import { toGrey, type GreyPicture } from "../../images/grey-picture.ts";
import type { Picture } from "../../images/picture.ts";
import type { Box, Size } from "../../images/picture-edits.ts";
import { findCorners } from "./corners.ts";

/** How much each kind of point counts, 0 to 1. */
export interface FocalWeights {
  readonly faces: number;
  readonly entropy: number;
  readonly edges: number;
}

export interface FocalPoint {
  readonly x: number;
  readonly y: number;
  readonly source: "faces" | "entropy" | "edges" | "chosen";
}

/** Boxes of the faces in a picture, in its pixels. */
export type FaceFinder = (picture: Picture) => Promise<readonly Box[]>;

export interface FocalOptions {
  /** Size that will be cut out. */
  readonly crop: Size;
  readonly weights: FocalWeights;
  readonly findFaces: FaceFinder | undefined;
}

export interface FocalResult {
  readonly point: FocalPoint;
  /** The points it was weighed from. */
  readonly candidates: readonly FocalPoint[];
}

/** Pixels the window of the entropy search moves at a time. */
const windowStep = 4;
/** Where in a face the eye rests, from its top. */
const faceHeight = 0.33;

/** The point most worth seeing: the weighted mean of where corners, detail and faces are; else the middle. */
export async function findFocalPoint(picture: Picture, options: FocalOptions): Promise<FocalResult> {
  const { weights, crop } = options;
  const grey = await toGrey(picture);
  const candidates: (FocalPoint & { weight: number })[] = [];
  const add = (source: FocalPoint["source"], weight: number, points: readonly { x: number; y: number }[]) => {
    if (points.length > 0) candidates.push({ ...centroid(points), source, weight });
  };
  if (weights.edges > 0) add("edges", weights.edges, findCorners(grey));
  if (weights.entropy > 0) add("entropy", weights.entropy, densestWindow(grey, crop));
  if (weights.faces > 0 && options.findFaces)
    add("faces", weights.faces, (await options.findFaces(picture)).map(faceCentre));
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0)
    return { point: { x: picture.width / 2, y: picture.height / 2, source: "chosen" }, candidates };
  const x = candidates.reduce((sum, point) => sum + point.x * point.weight, 0) / total;
  const y = candidates.reduce((sum, point) => sum + point.y * point.weight, 0) / total;
  return { point: { x, y, source: "chosen" }, candidates };
}

function centroid(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
}

function faceCentre({ left, top, width, height }: Box) {
  return { x: left + width / 2, y: top + height * faceHeight };
}

/** The middle of the window, slid along the longer side, in which dark and light are mixed most evenly. */
function densestWindow(grey: GreyPicture, crop: Size): { x: number; y: number }[] {
  if (grey.width === grey.height) return [];
  const isWide = grey.width > grey.height;
  const length = isWide ? crop.width : crop.height;
  const light = lightAlong(grey, isWide);
  const area = length * (isWide ? grey.height : grey.width);
  let best = { at: 0, entropy: -1 };
  for (let at = 0; at + length <= light.length - 1; at += windowStep) {
    const entropy = binaryEntropy(((light[at + length] ?? 0) - (light[at] ?? 0)) / area);
    if (entropy > best.entropy) best = { at, entropy };
  }
  const middle = best.at + length / 2;
  return [isWide ? { x: middle, y: crop.height / 2 } : { x: crop.width / 2, y: middle }];
}

/** How many light pixels there are before each line along the longer side. */
function lightAlong(grey: GreyPicture, isWide: boolean): Float64Array {
  const bits = dither(grey);
  const counts = new Float64Array((isWide ? grey.width : grey.height) + 1);
  for (let at = 0; at < bits.length; at++) {
    const line = isWide ? at % grey.width : Math.floor(at / grey.width);
    counts[line + 1] = (counts[line + 1] ?? 0) + (bits[at] ?? 0);
  }
  for (let line = 1; line < counts.length; line++)
    counts[line] = (counts[line] ?? 0) + (counts[line - 1] ?? 0);
  return counts;
}

/** Black and white by error diffusion (Floyd and Steinberg), so that grey counts by its shade. */
function dither({ width, height, data }: GreyPicture): Uint8Array {
  const bits = new Uint8Array(width * height);
  let current = new Float32Array(width + 2);
  let below = new Float32Array(width + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = (data[y * width + x] ?? 0) + (current[x + 1] ?? 0);
      const bit = value > 127 ? 1 : 0;
      bits[y * width + x] = bit;
      const error = value - bit * 255;
      current[x + 2] = (current[x + 2] ?? 0) + (error * 7) / 16;
      below[x] = (below[x] ?? 0) + (error * 3) / 16;
      below[x + 1] = (below[x + 1] ?? 0) + (error * 5) / 16;
      below[x + 2] = (below[x + 2] ?? 0) + error / 16;
    }
    [current, below] = [below, current.fill(0)];
  }
  return bits;
}

function binaryEntropy(share: number): number {
  return [share, 1 - share].reduce((sum, part) => (part > 0 ? sum - part * Math.log2(part) : sum), 0);
}
