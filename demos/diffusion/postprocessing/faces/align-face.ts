import { toPicture, type Picture } from "../../images/picture.ts";
import type { Point } from "./face.ts";

/** Side of an aligned face in pixels. */
export const faceSide = 512;

/** Where eyes, nose and corners of the mouth lie in an aligned face, as the restoring networks were trained. */
const template: readonly Point[] = [
  { x: 192.98138, y: 239.94708 },
  { x: 318.90277, y: 240.1936 },
  { x: 256.63416, y: 314.01935 },
  { x: 201.26117, y: 371.41043 },
  { x: 313.08905, y: 371.15118 },
];

/** What lies outside the picture. */
const outside = [132, 133, 135] as const;

/** Turns, scales and moves: x' = a·x - b·y + left, y' = b·x + a·y + top. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly left: number;
  readonly top: number;
}

/** The turn, scale and shift that bring a face's landmarks nearest to those of an aligned face. */
export function alignmentOf(landmarks: readonly Point[]): Similarity {
  const from = middleOf(landmarks);
  const to = middleOf(template);
  let along = 0;
  let across = 0;
  let size = 0;
  for (const [index, { x, y }] of landmarks.entries()) {
    const goal = template[index] ?? to;
    const [px, py, gx, gy] = [x - from.x, y - from.y, goal.x - to.x, goal.y - to.y];
    along += px * gx + py * gy;
    across += px * gy - py * gx;
    size += px * px + py * py;
  }
  const a = along / size;
  const b = across / size;
  return { a, b, left: to.x - a * from.x + b * from.y, top: to.y - b * from.x - a * from.y };
}

export function moveBy({ a, b, left, top }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + left, y: b * x + a * y + top };
}

/** The way back. */
export function invert({ a, b, left, top }: Similarity): Similarity {
  const size = a * a + b * b;
  const [backA, backB] = [a / size, -b / size];
  return { a: backA, b: backB, left: -(backA * left - backB * top), top: -(backB * left + backA * top) };
}

/** Cuts a face out, upright and of the networks' size, colours alone. */
export function cutFace(picture: Picture, alignment: Similarity): Picture {
  const back = invert(alignment);
  const data = new Uint8Array(faceSide * faceSide * 3);
  for (let y = 0; y < faceSide; y++) {
    for (let x = 0; x < faceSide; x++) {
      const at = 3 * (y * faceSide + x);
      const from = moveBy(back, { x, y });
      for (let colour = 0; colour < 3; colour++)
        data[at + colour] = Math.round(sample(picture, from, colour));
    }
  }
  return toPicture(data, { width: faceSide, height: faceSide, channels: 3 });
}

/** A colour between four pixels. */
export function sample({ data, width, height, channels }: Picture, { x, y }: Point, colour: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const [right, low] = [x - left, y - top];
  const pixel = (column: number, row: number) =>
    column < 0 || row < 0 || column >= width || row >= height
      ? (outside[colour] ?? 0)
      : (data[(row * width + column) * channels + colour] ?? 0);
  const upper = pixel(left, top) * (1 - right) + pixel(left + 1, top) * right;
  const lower = pixel(left, top + 1) * (1 - right) + pixel(left + 1, top + 1) * right;
  return upper * (1 - low) + lower * low;
}

function middleOf(points: readonly Point[]): Point {
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
}
