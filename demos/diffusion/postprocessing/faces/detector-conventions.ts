import type { GraphOutput } from "../../pipeline/model/graph.ts";
import type { Face, Point } from "./face.ts";

/** How a family of detectors wants pictures, and what its answer means. */
export interface DetectorConvention {
  readonly name: string;
  /** In the order of the planes: where each colour stands in a pixel. */
  readonly order: "RGB" | "BGR";
  /** Taken off each plane, and what the rest is divided by. */
  readonly mean: readonly [number, number, number];
  readonly divisor: number;
  /** Sides are filled up to a multiple of this. */
  readonly multiple: number;
  /** Less certain answers are no faces. */
  readonly leastScore: number;
  /** Every answer above the score, in pixels of the network's input; one face may be there many times. */
  read(outputs: ReadonlyMap<string, GraphOutput>, size: NetworkSize): readonly Face[];
}

export interface NetworkSize {
  readonly width: number;
  readonly height: number;
}

const strides = [8, 16, 32] as const;
/** Sides of RetinaFace's squares in each grid, in pixels. */
const squareSides = { 8: [16, 32], 16: [64, 128], 32: [256, 512] } as const;

/** As facexlib's: every cell of three grids has two squares that a face is measured from. */
const retinaFace: DetectorConvention = {
  name: "RetinaFace",
  order: "BGR",
  mean: [104, 117, 123],
  divisor: 1,
  multiple: 32,
  leastScore: 0.8,
  read(outputs, size) {
    const boxes = endingWith(outputs, 4);
    const scores = endingWith(outputs, 2);
    const points = endingWith(outputs, 10);
    return squaresOf(size).flatMap(({ x, y, side }, at) => {
      const score = shareOfSecond(scores[2 * at] ?? 0, scores[2 * at + 1] ?? 0);
      if (score < this.leastScore) return [];
      const number = (list: Float32Array, index: number) => list[index] ?? 0;
      const width = side * Math.exp(number(boxes, 4 * at + 2) * 0.2);
      const height = side * Math.exp(number(boxes, 4 * at + 3) * 0.2);
      const centre = {
        x: x + number(boxes, 4 * at) * 0.1 * side,
        y: y + number(boxes, 4 * at + 1) * 0.1 * side,
      };
      const landmarks = fivePoints((k) => ({
        x: x + number(points, 10 * at + 2 * k) * 0.1 * side,
        y: y + number(points, 10 * at + 2 * k + 1) * 0.1 * side,
      }));
      return [faceAround(centre, { width, height }, { score, landmarks })];
    });
  },
};

/** OpenCV's: every cell of three grids answers for itself. */
const yuNet: DetectorConvention = {
  name: "YuNet",
  order: "BGR",
  mean: [0, 0, 0],
  divisor: 1,
  multiple: 32,
  leastScore: 0.7,
  read(outputs, size) {
    return strides.flatMap((stride) => {
      const [kind, thing, box, points] = ["cls", "obj", "bbox", "kps"].map(
        (name) => outputs.get(`${name}_${stride}`)?.data ?? new Float32Array(),
      );
      const columns = Math.floor(size.width / stride);
      return Array.from({ length: columns * Math.floor(size.height / stride) }, (_, at) => at).flatMap(
        (at) => {
          const score = Math.sqrt(unit(kind?.[at] ?? 0) * unit(thing?.[at] ?? 0));
          if (score < this.leastScore) return [];
          const column = at % columns;
          const row = Math.floor(at / columns);
          const centre = {
            x: (column + (box?.[4 * at] ?? 0)) * stride,
            y: (row + (box?.[4 * at + 1] ?? 0)) * stride,
          };
          const width = Math.exp(box?.[4 * at + 2] ?? 0) * stride;
          const height = Math.exp(box?.[4 * at + 3] ?? 0) * stride;
          const landmarks = fivePoints((k) => ({
            x: (column + (points?.[10 * at + 2 * k] ?? 0)) * stride,
            y: (row + (points?.[10 * at + 2 * k + 1] ?? 0)) * stride,
          }));
          return [faceAround(centre, { width, height }, { score, landmarks })];
        },
      );
    });
  },
};

/** YOLOv8 trained on faces: twenty rows, a column for each answer. */
const yoloFace: DetectorConvention = {
  name: "YOLO-face",
  order: "RGB",
  mean: [0, 0, 0],
  divisor: 255,
  multiple: 32,
  leastScore: 0.5,
  read(outputs) {
    const [output] = outputs.values();
    if (!output) return [];
    const { data, dims } = output;
    const isByRow = dims[1] === yoloNumbers;
    const count = data.length / yoloNumbers;
    const number = (row: number, at: number) =>
      data[isByRow ? row * count + at : at * yoloNumbers + row] ?? 0;
    return Array.from({ length: count }, (_, at) => at).flatMap((at) => {
      const score = number(4, at);
      if (score < this.leastScore) return [];
      const landmarks = fivePoints((k) => ({ x: number(5 + 3 * k, at), y: number(6 + 3 * k, at) }));
      const size = { width: number(2, at), height: number(3, at) };
      return [faceAround({ x: number(0, at), y: number(1, at) }, size, { score, landmarks })];
    });
  },
};

/** A box, a score, and five points with a certainty each. */
const yoloNumbers = 20;

/** The convention that a network of these outputs has; their sizes are those of a trial run. */
export function conventionOf(outputs: ReadonlyMap<string, GraphOutput>): DetectorConvention | undefined {
  if (outputs.has("cls_8") && outputs.has("kps_32")) return yuNet;
  const last = [...outputs.values()].map(({ dims }) => dims.at(-1) ?? 0);
  if (last.length === 3 && [4, 2, 10].every((length) => last.includes(length))) return retinaFace;
  const [only] = outputs.values();
  const isYolo = outputs.size === 1 && only?.dims.length === 3 && only.dims.includes(yoloNumbers);
  return isYolo ? yoloFace : undefined;
}

function squaresOf({ width, height }: NetworkSize): { x: number; y: number; side: number }[] {
  return strides.flatMap((stride) => {
    const columns = Math.ceil(width / stride);
    const cells = Array.from({ length: columns * Math.ceil(height / stride) }, (_, at) => ({
      x: ((at % columns) + 0.5) * stride,
      y: (Math.floor(at / columns) + 0.5) * stride,
    }));
    return cells.flatMap((cell) => squareSides[stride].map((side) => ({ ...cell, side })));
  });
}

function endingWith(outputs: ReadonlyMap<string, GraphOutput>, length: number): Float32Array {
  return [...outputs.values()].find(({ dims }) => dims.at(-1) === length)?.data ?? new Float32Array();
}

/** Scores are shares already, unless an export has left the last step out. */
function shareOfSecond(first: number, second: number): number {
  return Math.abs(first + second - 1) < 0.01 ? second : 1 / (1 + Math.exp(first - second));
}

function unit(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function fivePoints(point: (index: number) => Point): readonly Point[] {
  return [0, 1, 2, 3, 4].map(point);
}

function faceAround(
  centre: Point,
  { width, height }: NetworkSize,
  rest: Pick<Face, "score" | "landmarks">,
): Face {
  return { box: { left: centre.x - width / 2, top: centre.y - height / 2, width, height }, ...rest };
}
