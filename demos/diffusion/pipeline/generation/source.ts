import type { GreyPicture } from "../../images/grey-picture.ts";
import { cropPicture, type Box } from "../../images/picture-edits.ts";
import { toPicture, type Picture } from "../../images/picture.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import type { AutoencoderWork } from "../model/autoencoder.ts";
import type { Planes } from "../model/tiles.ts";
import { fillMasked } from "./fill-masked.ts";
import { fitPicture, flattenPicture, padPicture, readPicture } from "./fit-picture.ts";
import { latentSizeOf, type LatentSize } from "./latent-size.ts";
import { greyToPicture, maskedBox, maskLatents, pictureToGrey, readMask } from "./mask.ts";
import { pictureToPlanes } from "./planes.ts";
import type { SourceRequest } from "./request.ts";
import { resizeLatents } from "./resize-latents.ts";
import type { LatentMask } from "./sample-pass.ts";
import type { Size } from "./settings.ts";

/** What is laid over the finished picture, so that everything outside the mask stays to the bit. */
export interface Overlay {
  readonly original: Picture;
  /** White shows the new picture. */
  readonly mask: GreyPicture;
  /** Where the new picture goes; absent where it is all of it. */
  readonly box: Box | undefined;
}

/** A source, read and fitted to the request's size. */
export interface PreparedSource {
  /** Of one picture. */
  readonly latents: Float32Array;
  readonly mask: LatentMask | undefined;
  /** What inpainting models take behind the latents. */
  readonly extraChannels: Float32Array | undefined;
  readonly overlay: Overlay | undefined;
}

export interface ReadSource {
  readonly picture: Picture;
  readonly request: SourceRequest;
}

/** @throws {StudioError} `IMAGE_INVALID`, `IMAGE_TOO_LARGE` or `IMAGE_SHAPE`. */
export async function readSource(request: SourceRequest): Promise<ReadSource> {
  return { request, picture: await flattenPicture(await readPicture(request.picture)) };
}

export interface SourceTarget {
  readonly model: DiffusionModel;
  readonly size: Size;
  /** How a picture is encoded that keeps its own size. */
  readonly workAt: (size: Size) => AutoencoderWork;
}

/** Fits picture and mask to the size, and encodes them. */
export async function prepareSource(
  { picture, request }: ReadSource,
  { model, size, workAt }: SourceTarget,
  work: AutoencoderWork,
): Promise<PreparedSource> {
  const fitted = await fitMasked({ picture, request }, size);
  const latentSize = latentSizeOf(model, size);
  const { mask } = fitted;
  const content = request.mask?.content ?? "original";
  const shown =
    mask !== undefined && content === "fill" ? await fillMasked(fitted.picture, mask) : fitted.picture;
  const isWhole = request.resizeMode === "latent" && fitted.overlay === undefined;
  const latents = isWhole
    ? await encodeThenResize(picture, { model, latentSize }, workAt(picture))
    : await encodePicture(shown, { model, latentSize }, work);
  const places =
    mask &&
    (await maskLatents(
      await padGrey(mask, { model, latentSize }),
      latentSize,
      request.mask?.isRounded ?? true,
    ));
  return {
    latents,
    mask: places && { places, content },
    extraChannels: await inpaintingChannels(
      { picture: fitted.picture, mask, places, request },
      { model, latentSize },
      work,
    ),
    overlay: fitted.overlay,
  };
}

/** What inpainting models take when a picture is made from nothing: everything is masked, and nothing shown. */
export async function blankInpaintingChannels(
  { model, size }: { readonly model: DiffusionModel; readonly size: Size },
  work: AutoencoderWork,
): Promise<Float32Array | undefined> {
  const latentSize = latentSizeOf(model, size);
  const grey = toPicture(new Uint8Array(3 * size.width * size.height).fill(128), { ...size, channels: 3 });
  const request = { picture: grey };
  return inpaintingChannels(
    { picture: grey, mask: undefined, places: undefined, request },
    { model, latentSize },
    work,
  );
}

/** Lays the original over the new picture, outside the mask. */
export async function applyOverlay(picture: Picture, { original, mask, box }: Overlay): Promise<Picture> {
  const part = box === undefined ? picture : await fitPicture(picture, box, "crop");
  const { left, top } = box ?? { left: 0, top: 0 };
  const data = Uint8Array.from(original.data);
  for (let row = 0; row < part.height; row++) {
    for (let column = 0; column < part.width; column++) {
      const place = (top + row) * original.width + left + column;
      const share = mask.data[place]! / 255;
      for (let colour = 0; colour < 3; colour++) {
        const drawn = part.data[3 * (row * part.width + column) + colour]!;
        data[3 * place + colour] = Math.round(data[3 * place + colour]! * (1 - share) + drawn * share);
      }
    }
  }
  return toPicture(data, { width: original.width, height: original.height, channels: 3 });
}

interface Fitted {
  readonly picture: Picture;
  readonly mask: GreyPicture | undefined;
  readonly overlay: Overlay | undefined;
}

async function fitMasked({ picture, request }: ReadSource, size: Size): Promise<Fitted> {
  const mode = request.resizeMode ?? "stretch";
  const mask =
    request.mask && (await readMask(await readPicture(request.mask.picture), request.mask, picture));
  // A mask that is black all over asks for nothing.
  const box =
    mask && maskedBox(mask, request.mask?.onlyMasked === true ? (request.mask.padding ?? 32) : 0, size);
  if (mask === undefined || box === undefined) {
    return { picture: await fitPicture(picture, size, mode), mask: undefined, overlay: undefined };
  }
  if (request.mask?.onlyMasked === true) {
    return {
      picture: await fitPicture(cropPicture(picture, box), size, "fill"),
      mask: pictureToGrey(await fitPicture(cropPicture(greyToPicture(mask), box), size, "fill")),
      overlay: { original: picture, mask, box },
    };
  }
  const original = await fitPicture(picture, size, mode);
  const fittedMask = pictureToGrey(await fitPicture(greyToPicture(mask), size, mode));
  // The soft edge lies outside: within it the new picture reaches its full strength twice as soon.
  const overlayMask = { ...fittedMask, data: fittedMask.data.map((value) => Math.min(255, 2 * value)) };
  return { picture: original, mask: fittedMask, overlay: { original, mask: overlayMask, box: undefined } };
}

interface EncodeTarget {
  readonly model: DiffusionModel;
  readonly latentSize: LatentSize;
}

/** Encodes a picture, its border drawn out to the size that the network can take. */
export async function encodePicture(
  picture: Picture,
  target: EncodeTarget,
  work: AutoencoderWork,
): Promise<Float32Array> {
  return (await target.model.autoencoder.encode(await paddedPlanes(picture, target), work)).data;
}

async function paddedPlanes(picture: Picture, { model, latentSize }: EncodeTarget): Promise<Planes> {
  const { factor } = model.autoencoder;
  const padded = await padPicture(picture, {
    width: latentSize.width * factor,
    height: latentSize.height * factor,
  });
  return pictureToPlanes(padded);
}

async function encodeThenResize(
  picture: Picture,
  { model, latentSize }: EncodeTarget,
  work: AutoencoderWork,
): Promise<Float32Array> {
  const { factor } = model.autoencoder;
  const up = (side: number) => Math.ceil(side / factor) * factor;
  const whole = await padPicture(picture, { width: up(picture.width), height: up(picture.height) });
  const own = await model.autoencoder.encode(pictureToPlanes(whole), work);
  return resizeLatents(own, latentSize, { mode: "bilinear" }).data;
}

async function padGrey(mask: GreyPicture, { model, latentSize }: EncodeTarget): Promise<GreyPicture> {
  const { factor } = model.autoencoder;
  const size = { width: latentSize.width * factor, height: latentSize.height * factor };
  return pictureToGrey(await padPicture(greyToPicture(mask), size));
}

interface InpaintingSource {
  readonly picture: Picture;
  readonly mask: GreyPicture | undefined;
  readonly places: Float32Array | undefined;
  readonly request: SourceRequest;
}

/** The mask, then the latents of the picture with a grey hole where it is masked. */
async function inpaintingChannels(
  { picture, mask, places, request }: InpaintingSource,
  target: EncodeTarget,
  work: AutoencoderWork,
): Promise<Float32Array | undefined> {
  const { unet, autoencoder } = target.model;
  if (unet.inputChannels === autoencoder.channels) return undefined;
  const count = target.latentSize.height * target.latentSize.width;
  const strength = request.conditionStrength ?? 1;
  const seen = await paddedPlanes(picture, target);
  const hole = mask && (await padGrey(mask, target));
  const pixels = seen.width * seen.height;
  // Middle grey is 0 to the autoencoder.
  for (let i = 0; i < seen.data.length; i++) {
    if (hole === undefined || hole.data[i % pixels]! >= 128) seen.data[i]! *= 1 - strength;
  }
  const shown = (await autoencoder.encode(seen, work)).data;
  const out = new Float32Array(count + shown.length);
  out.set((places ?? new Float32Array(count).fill(1)).map(Math.round));
  out.set(shown, count);
  return out;
}
