import { toGrey, type GreyPicture } from "../../images/grey-picture.ts";
import type { Box } from "../../images/picture-edits.ts";
import { fromSharp, toPicture, toSharp, type Picture } from "../../images/picture.ts";
import { StudioError } from "../../studio-error.ts";
import { blurGrey } from "./grey-blur.ts";
import type { LatentSize } from "./latent-size.ts";
import type { MaskRequest } from "./request.ts";
import type { Size } from "./settings.ts";

/**
 * Reads a mask: white is drawn anew.
 *
 * @throws {StudioError} `MASK_SIZE` when it has another size than the picture.
 */
export async function readMask(mask: Picture, request: MaskRequest, size: Size): Promise<GreyPicture> {
  if (mask.width !== size.width || mask.height !== size.height) {
    throw new StudioError("MASK_SIZE", {
      message: `Expected a mask of the picture's size, ${size.width} × ${size.height}, got ${mask.width} × ${mask.height}.`,
    });
  }
  const grey = opacityOf(mask) ?? (await toGrey(mask));
  const wanted =
    request.isInverted === true ? { ...grey, data: grey.data.map((value) => 255 - value) } : grey;
  return blurGrey(wanted, request.blur ?? 4);
}

/** A mask that is drawn on a transparent picture is black or white, without soft edges. */
function opacityOf({ data, width, height, channels }: Picture): GreyPicture | undefined {
  if (channels === 3) return undefined;
  const opacity = Uint8Array.from({ length: width * height }, (_, i) => data[4 * i + 3]!);
  if (opacity.every((value) => value === 255)) return undefined;
  return { width, height, data: opacity.map((value) => (value > 128 ? 255 : 0)) };
}

/**
 * The box around everything that is not black, with padding, grown to the proportions of the target so that nothing is
 * distorted; undefined for a mask that is black all over.
 */
export function maskedBox(mask: GreyPicture, padding: number, target: Size): Box | undefined {
  const bounds = boundsOf(mask);
  if (bounds === undefined) return undefined;
  const padded = {
    left: Math.max(bounds.left - padding, 0),
    top: Math.max(bounds.top - padding, 0),
    right: Math.min(bounds.right + padding, mask.width),
    bottom: Math.min(bounds.bottom + padding, mask.height),
  };
  const width = padded.right - padded.left;
  const height = padded.bottom - padded.top;
  const isTooTall = width / height < target.width / target.height;
  const columns = isTooTall
    ? grow(padded.left, padded.right, {
        wanted: Math.trunc((height * target.width) / target.height),
        limit: mask.width,
      })
    : { from: padded.left, to: padded.right };
  const rows = isTooTall
    ? { from: padded.top, to: padded.bottom }
    : grow(padded.top, padded.bottom, {
        wanted: Math.trunc((width * target.height) / target.width),
        limit: mask.height,
      });
  return {
    left: columns.from,
    top: rows.from,
    width: columns.to - columns.from,
    height: rows.to - rows.from,
  };
}

/** Makes a span longer on both sides, moved inside the picture where it stands over, and cut where it does not fit. */
function grow(from: number, to: number, { wanted, limit }: { wanted: number; limit: number }) {
  const more = Math.max(0, wanted - (to - from));
  let start = from - Math.floor(more / 2);
  let end = start + (to - from) + more;
  if (end > limit) {
    start -= end - limit;
    end = limit;
  }
  if (start < 0) {
    end = Math.min(end - start, limit);
    start = 0;
  }
  return { from: start, to: end };
}

function boundsOf({ data, width, height }: GreyPicture) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (data[row * width + column] === 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return right === 0 ? undefined : { left, top, right, bottom };
}

/** The mask over latents, from 0 to 1: all or nothing at each place unless it may be soft. */
export async function maskLatents(
  mask: GreyPicture,
  { height, width }: LatentSize,
  isRounded: boolean,
): Promise<Float32Array> {
  const small = await fromSharp(
    toSharp(greyToPicture(mask)).resize(width, height, { fit: "fill", kernel: "cubic" }),
  );
  return Float32Array.from({ length: width * height }, (_, i) => {
    const share = small.data[i * small.channels]! / 255;
    return isRounded ? Math.round(share) : share;
  });
}

export function greyToPicture({ data, width, height }: GreyPicture): Picture {
  const out = new Uint8Array(3 * data.length);
  data.forEach((value, i) => out.fill(value, 3 * i, 3 * i + 3));
  return toPicture(out, { width, height, channels: 3 });
}

/** The first channel of a picture that is grey anyway. */
export function pictureToGrey({ data, width, height, channels }: Picture): GreyPicture {
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[i * channels]!) };
}
