import type { Picture } from "../../images/picture.ts";
import { cropPicture, resizePicture } from "../../images/picture-edits.ts";
import { checkbox, slider } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readFlag, readNumber } from "../read-args.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptControls } from "../script-postprocessing.ts";

/** Cuts a picture that is much longer than the target into overlapping pieces of the target's size. */
export class SplitOversizedScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Split oversized images";
  override readonly order = 4000;

  override ui(): ScriptControls {
    return {
      enable: checkbox("Split oversized images", false),
      splitThreshold: slider({ label: "Threshold", value: 0.5, minimum: 0, maximum: 1, step: 0.05 }),
      overlapRatio: slider({ label: "Overlap ratio", value: 0.2, minimum: 0, maximum: 0.9, step: 0.05 }),
    };
  }

  override async process(pp: PostprocessedImage<Picture>, args: ScriptArgs): Promise<void> {
    if (!readFlag(args, "enable")) return;
    const threshold = readNumber(args, "splitThreshold", { fallback: 0.5, minimum: 0, maximum: 1 });
    const overlap = readNumber(args, "overlapRatio", { fallback: 0.2, minimum: 0, maximum: 0.9 });
    const { targetWidth, targetHeight } = pp.shared;
    if (!targetWidth || !targetHeight) return;
    const target = { width: targetWidth, height: targetHeight };
    const ratio = shareCovered(pp.image, target);
    if (ratio >= 1 || ratio > threshold) return;
    const [first, ...others] = await splitPicture(pp.image, target, overlap);
    if (first) pp.image = first;
    pp.extraImages.push(...others);
  }
}

interface Target {
  readonly width: number;
  readonly height: number;
}

/** How much of the picture's length one piece covers. */
function shareCovered({ width, height }: Picture, target: Target): number {
  return height > width
    ? (width * target.height) / (height * target.width)
    : (height * target.width) / (width * target.height);
}

async function splitPicture(picture: Picture, target: Target, overlap: number): Promise<Picture[]> {
  const isTall = picture.height > picture.width;
  const length = isTall
    ? Math.floor((picture.height * target.width) / picture.width)
    : Math.floor((picture.width * target.height) / picture.height);
  const piece = isTall ? target.height : target.width;
  const size = isTall ? { width: target.width, height: length } : { width: length, height: target.height };
  const resized = await resizePicture(picture, size);
  const count = Math.max(2, Math.ceil((length - piece * overlap) / (piece * (1 - overlap))));
  const step = (length - piece) / (count - 1);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(step * index);
    return cropPicture(resized, { left: isTall ? 0 : at, top: isTall ? at : 0, ...target });
  });
}
