import sharp, { type Sharp } from "sharp";
import { toSharp, type Picture, type PictureFormat } from "../images/picture.ts";

/** Longest side of a preview in pixels. */
const longestSide = 512;

/** Pictures in the making as one small file, several side by side in as many rows as columns. */
export async function drawPreview(
  pictures: readonly Picture[],
  format: PictureFormat,
): Promise<Uint8Array | undefined> {
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
  return encode(
    sheet.composite(
      cells.map((input, index) => ({
        input,
        raw: { width, height, channels: 3 as const },
        left: (index % columns) * width,
        top: Math.floor(index / columns) * height,
      })),
    ),
    format,
  );
}

function encode(sheet: Sharp, format: PictureFormat): Promise<Uint8Array> {
  switch (format) {
    case "jpeg":
      return sheet.jpeg({ quality: 80 }).toBuffer();
    case "webp":
      return sheet.webp({ quality: 80, effort: 0 }).toBuffer();
    case "png":
      // Seen for a moment: quick rather than small.
      return sheet.png({ compressionLevel: 1 }).toBuffer();
  }
}
