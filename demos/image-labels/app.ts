import sharp from "sharp";
import { Image, Interface, Label } from "vitrine";

/** Hues, in degrees, of the colours people have names for. */
const hues = { red: 0, orange: 30, yellow: 58, green: 120, cyan: 180, blue: 230, purple: 280, pink: 330 };

async function nameColours(picture: Uint8Array): Promise<Record<string, number>> {
  const { data } = await sharp(picture)
    .rotate()
    .resize(64, 64, { fit: "fill" })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const votes: Record<string, number> = {};
  for (let at = 0; at < data.length; at += 3) {
    const name = nameOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
    votes[name] = (votes[name] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(votes).map(([name, count]) => [name, count / (data.length / 3)]));
}

function nameOf(...pixel: [red: number, green: number, blue: number]): string {
  const [red, green, blue] = pixel;
  const [most, least] = [Math.max(...pixel), Math.min(...pixel)];
  if (most < 48) return "black";
  if (most - least < 32) return most > 208 ? "white" : "grey";
  const sixth =
    most === red
      ? (green - blue) / (most - least)
      : most === green
        ? 2 + (blue - red) / (most - least)
        : 4 + (red - green) / (most - least);
  const hue = (sixth * 60 + 360) % 360;
  const distance = (to: number) => Math.min(Math.abs(hue - to), 360 - Math.abs(hue - to));
  return Object.entries(hues).reduce((best, next) =>
    distance(next[1]) < distance(best[1]) ? next : best,
  )[0];
}

export default new Interface(
  nameColours,
  new Image({ label: "picture" }),
  new Label({ label: "colours", numTopClasses: 5 }),
  {
    title: "Image labels",
    description: "Which colours a picture is made of, as confidences of a Label.",
  },
);
