import { toPicture, type Picture } from "../../images/picture.ts";
import { StudioError } from "../../studio-error.ts";
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

/**
 * The top left part of planes from -1 to 1, as a picture.
 *
 * @throws {StudioError} `LATENT_NOT_FINITE` when one of its numbers is none: some autoencoders overflow in float16.
 */
export function planesToPicture(planes: Planes, { width, height }: Size = planes): Picture {
  const { data, width: stride } = planes;
  const places = stride * planes.height;
  // Rounds and keeps to 0 to 255 by itself, several times as fast as words would.
  const pixels = new Uint8ClampedArray(3 * width * height);
  // One pass for both: planes do not fit into a processor's cache, and are read only once this way.
  let sum = 0;
  for (let row = 0, to = 0; row < height; row++) {
    for (let red = row * stride, end = red + width; red < end; red++, to += 3) {
      const r = data[red]!;
      const g = data[red + places]!;
      const b = data[red + 2 * places]!;
      // An infinity or a NaN never leaves a sum, and float32s cannot overflow a double.
      sum += r + g + b;
      pixels[to] = r * 127.5 + 127.5;
      pixels[to + 1] = g * 127.5 + 127.5;
      pixels[to + 2] = b * 127.5 + 127.5;
    }
  }
  if (!Number.isFinite(sum)) {
    throw new StudioError("LATENT_NOT_FINITE", {
      message: "The autoencoder answered with numbers that are not finite.",
      hint: "Use the float32 export of the autoencoder; some overflow in float16.",
    });
  }
  return toPicture(new Uint8Array(pixels.buffer), { width, height, channels: 3 });
}
