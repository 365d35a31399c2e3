import { toPicture, type Picture } from "../../images/picture.ts";
import type { Planes } from "../model/tiles.ts";
import type { Size } from "./settings.ts";

/** A picture without transparency, as the autoencoder takes it: planes of colour from -1 to 1. */
export function pictureToPlanes({ data, width, height, channels }: Picture): Planes {
  const places = width * height;
  const out = new Float32Array(3 * places);
  for (let place = 0; place < places; place++) {
    for (let colour = 0; colour < 3; colour++) {
      out[colour * places + place] = data[place * channels + colour]! / 127.5 - 1;
    }
  }
  return { data: out, channels: 3, height, width };
}

/** The top left part of planes from -1 to 1, as a picture. */
export function planesToPicture(planes: Planes, { width, height }: Size = planes): Picture {
  const places = planes.width * planes.height;
  const data = new Uint8Array(3 * width * height);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = row * planes.width + column;
      for (let colour = 0; colour < 3; colour++, to++) {
        const value = planes.data[colour * places + place]!;
        data[to] = Math.round(Math.max(0, Math.min(255, (value / 2 + 0.5) * 255)));
      }
    }
  }
  return toPicture(data, { width, height, channels: 3 });
}

/** Whether every number of the planes is one. */
export function isFinitePlanes({ data }: Planes): boolean {
  let sum = 0;
  for (const value of data) sum += value;
  return Number.isFinite(sum);
}
