import sharp from "sharp";
import { toSharp, type Picture } from "../images/picture.ts";

/** Longest side of a preview in pixels. */
const longestSide = 512;

/** Pictures in the making as one small JPEG, several side by side in as many rows as columns. */
export async function drawPreview(pictures: readonly Picture[]): Promise<Uint8Array | undefined> {
  const [first] = pictures;
  if (!first) return undefined;
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const scale = longestSide / Math.max(first.width * columns, first.height * rows);
  const width = Math.max(1, Math.round(first.width * scale));
  const height = Math.max(1, Math.round(first.height * scale));
  const cells = await Promise.all(
    pictures.map((picture) =>
      toSharp(picture).resize(width, height, { kernel: "cubic" }).removeAlpha().raw().toBuffer(),
    ),
  );
  const sheet = sharp({
    create: { width: width * columns, height: height * rows, channels: 3, background: "#808080" },
  });
  return sheet
    .composite(
      cells.map((input, index) => ({
        input,
        raw: { width, height, channels: 3 as const },
        left: (index % columns) * width,
        top: Math.floor(index / columns) * height,
      })),
    )
    .jpeg({ quality: 80 })
    .toBuffer();
}
