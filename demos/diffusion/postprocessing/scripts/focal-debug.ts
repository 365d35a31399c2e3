import { fromSharp, toSharp, type Picture } from "../../images/picture.ts";
import type { FocalPoint } from "./focal-point.ts";

/** Colours of edges, entropy, faces, and of the point that was chosen. */
const colours = { edges: "#d03030", entropy: "#3060d0", faces: "#30a030", chosen: "#ffd000" };

/** The picture with a ring around each point. */
export async function markPoints(picture: Picture, points: readonly FocalPoint[]): Promise<Picture> {
  const { width, height } = picture;
  const radius = Math.max(4, Math.round(Math.min(width, height) * 0.04));
  const rings = points.map(
    ({ x, y, source }) =>
      `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="${colours[source]}" stroke-width="${Math.max(2, radius / 4)}"/>`,
  );
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${rings.join("")}</svg>`;
  return fromSharp(
    toSharp(picture)
      .composite([{ input: Buffer.from(overlay) }])
      .removeAlpha(),
  );
}
