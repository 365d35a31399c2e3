import type { Size } from "./picture-edits.ts";
import { toSharp, type Picture } from "./picture.ts";

/** Brightness alone, one byte a pixel. */
export interface GreyPicture extends Size {
  readonly data: Uint8Array;
}

export async function toGrey(picture: Picture): Promise<GreyPicture> {
  const data = await toSharp(picture).removeAlpha().toColourspace("b-w").raw({ depth: "uchar" }).toBuffer();
  return { width: picture.width, height: picture.height, data };
}
