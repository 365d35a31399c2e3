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
  // Rounds and keeps to 0 to 255 by itself, several times as fast as words would.
  const data = new Uint8ClampedArray(3 * width * height);
  for (let colour = 0; colour < 3; colour++) {
    for (let row = 0; row < height; row++) {
      const from = colour * places + row * planes.width;
      let to = 3 * row * width + colour;
      for (let column = 0; column < width; column++, to += 3)
        data[to] = planes.data[from + column]! * 127.5 + 127.5;
    }
  }
  return toPicture(new Uint8Array(data.buffer), { width, height, channels: 3 });
}

/** Whether every number of the planes is one. */
export function isFinitePlanes({ data }: Planes): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return Number.isFinite(sum);
}
