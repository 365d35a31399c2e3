import type { GreyPicture } from "../../images/grey-picture.ts";
import { resizePicture } from "../../images/picture-edits.ts";
import { fromSharp, toPicture, toSharp, type Picture } from "../../images/picture.ts";

/** Blurs of the surroundings, from the widest to none, and how often each is laid over the ones before. */
const layers: readonly (readonly [radius: number, repeats: number])[] = [
  [256, 1],
  [64, 1],
  [16, 2],
  [4, 4],
  [2, 2],
  [0, 1],
];

/** Paints over what a mask covers with its surroundings: ever sharper blurs of what is left, one over the other. */
export async function fillMasked(picture: Picture, mask: GreyPicture): Promise<Picture> {
  const left = cutOut(picture, mask);
  const places = picture.width * picture.height;
  const painted = new Float32Array(3 * places);
  const opacity = new Float32Array(places);
  for (const [radius, repeats] of layers) {
    const layer = await blurPicture(left, radius);
    for (let time = 0; time < repeats; time++) layOver({ painted, opacity }, layer);
  }
  const data = new Uint8Array(3 * places);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(painted[i]!);
  return toPicture(data, { width: picture.width, height: picture.height, channels: 3 });
}

/** The picture, transparent where the mask is white. */
function cutOut({ data, width, height, channels }: Picture, mask: GreyPicture): Picture {
  const out = new Uint8Array(4 * width * height);
  for (let place = 0; place < width * height; place++) {
    out.set(data.subarray(place * channels, place * channels + 3), 4 * place);
    out[4 * place + 3] = 255 - mask.data[place]!;
  }
  return toPicture(out, { width, height, channels: 4 });
}

/** Wide blurs are made on a small copy: nobody sees the difference, and it takes a hundredth of the time. */
async function blurPicture(picture: Picture, radius: number): Promise<Picture> {
  if (radius === 0) return picture;
  const shrink = Math.max(1, Math.floor(radius / 8));
  const small = await resizePicture(
    picture,
    { width: Math.ceil(picture.width / shrink), height: Math.ceil(picture.height / shrink) },
    "linear",
  );
  const blurred = await fromSharp(toSharp(small).blur(radius / shrink));
  return resizePicture(blurred, picture, "linear");
}

/** The usual "over" of two pictures with transparency; colours are not premultiplied. */
function layOver(below: { painted: Float32Array; opacity: Float32Array }, { data }: Picture): void {
  const { painted, opacity } = below;
  for (let place = 0; place < opacity.length; place++) {
    const alpha = data[4 * place + 3]! / 255;
    if (alpha === 0) continue;
    const rest = opacity[place]! * (1 - alpha);
    const total = alpha + rest;
    for (let colour = 0; colour < 3; colour++) {
      const i = 3 * place + colour;
      painted[i] = (data[4 * place + colour]! * alpha + painted[i]! * rest) / total;
    }
    opacity[place] = total;
  }
}
