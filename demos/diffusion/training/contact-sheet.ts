import sharp from "sharp";
import { encodePicture, type Picture } from "../images/picture.ts";

export interface SheetCard {
  readonly picture: Picture;
  readonly title: string;
}

const gap = 6;
const line = 15;
const lines = 3;

/** Pictures in rows with their titles below, as a JPEG. */
export async function contactSheet(cards: readonly SheetCard[], columns: number): Promise<Uint8Array> {
  const { width, height } = cards[0]!.picture;
  const [stepX, stepY] = [width + gap, height + line * lines + gap];
  const layers = await Promise.all(
    cards.map(async ({ picture, title }, index) => {
      const [left, top] = [(index % columns) * stepX, Math.floor(index / columns) * stepY];
      return [
        { input: Buffer.from(await encodePicture(picture, { format: "png" })), left, top },
        { input: Buffer.from(titleOf(title, width)), left, top: top + height },
      ];
    }),
  );
  const size = { width: columns * stepX - gap, height: Math.ceil(cards.length / columns) * stepY };
  const sheet = sharp({ create: { ...size, channels: 3, background: "#ffffff" } });
  return sheet.composite(layers.flat()).jpeg({ quality: 88 }).toBuffer();
}

function titleOf(title: string, width: number): string {
  const rows = wrap(title, Math.floor(width / 6.3)).slice(0, lines);
  const spans = rows.map((row, i) => `<tspan x="2" y="${line * (i + 1) - 3}">${escape(row)}</tspan>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${line * lines}"><text font-family="sans-serif" font-size="12" fill="#222">${spans.join("")}</text></svg>`;
}

function wrap(text: string, most: number): string[] {
  const rows = [""];
  for (const word of text.split(" ")) {
    if (`${rows.at(-1)} ${word}`.length > most) rows.push("");
    rows[rows.length - 1] = `${rows.at(-1)} ${word}`.trim();
  }
  return rows;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
