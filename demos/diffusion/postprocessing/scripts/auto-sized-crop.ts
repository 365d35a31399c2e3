import type { Picture } from "../../images/picture.ts";
import { coverPicture, type Size } from "../../images/picture-edits.ts";
import { checkbox, radio, slider } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readChoice, readFlag, readNumber } from "../read-args.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptControls } from "../script-postprocessing.ts";

const objectives = ["Maximize area", "Minimize error"] as const;
const sideStep = 64;
const sideRange = { minimum: 64, maximum: 2048 };
const areaRange = { minimum: 64 * 64, maximum: 2048 * 2048 };

/** Crops to the size, among those of even steps, that fits the picture's shape best. */
export class AutoSizedCropScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Auto-sized crop";
  override readonly order = 4020;

  override ui(): ScriptControls {
    return {
      enable: checkbox("Auto-sized crop", false),
      minDim: slider({ label: "Dimension lower bound", value: 384, step: 8, ...sideRange }),
      maxDim: slider({ label: "Dimension upper bound", value: 768, step: 8, ...sideRange }),
      minArea: slider({ label: "Area lower bound", value: 4096, step: 1, ...areaRange }),
      maxArea: slider({ label: "Area upper bound", value: 409_600, step: 1, ...areaRange }),
      objective: radio({ label: "Resizing objective", value: "Maximize area", choices: objectives }),
      threshold: slider({ label: "Error threshold", value: 0.1, minimum: 0, maximum: 1, step: 0.01 }),
    };
  }

  override async process(pp: PostprocessedImage<Picture>, args: ScriptArgs): Promise<void> {
    if (!readFlag(args, "enable")) return;
    const size = bestSize(pp.image, readLimits(args), readChoice(args, "objective", objectives));
    if (size) pp.image = await coverPicture(pp.image, size);
    else pp.info["Auto-sized crop"] = "no size fits";
  }
}

interface Limits {
  readonly minDim: number;
  readonly maxDim: number;
  readonly minArea: number;
  readonly maxArea: number;
  /** Largest accepted difference of shape, from 0 to 1. */
  readonly threshold: number;
}

function readLimits(args: ScriptArgs): Limits {
  return {
    minDim: Math.round(readNumber(args, "minDim", { fallback: 384, ...sideRange })),
    maxDim: Math.round(readNumber(args, "maxDim", { fallback: 768, ...sideRange })),
    minArea: readNumber(args, "minArea", { fallback: 4096, ...areaRange }),
    maxArea: readNumber(args, "maxArea", { fallback: 409_600, ...areaRange }),
    threshold: readNumber(args, "threshold", { fallback: 0.1, minimum: 0, maximum: 1 }),
  };
}

interface Candidate extends Size {
  readonly area: number;
  readonly error: number;
}

function bestSize(
  picture: Picture,
  limits: Limits,
  objective: (typeof objectives)[number],
): Size | undefined {
  const byArea = (first: Candidate, second: Candidate) => second.area - first.area;
  const byError = (first: Candidate, second: Candidate) => first.error - second.error;
  const [leading, breaking] = objective === "Maximize area" ? [byArea, byError] : [byError, byArea];
  return candidates(picture, limits).sort(
    (first, second) => leading(first, second) || breaking(first, second),
  )[0];
}

function candidates(picture: Picture, { minDim, maxDim, minArea, maxArea, threshold }: Limits): Candidate[] {
  const sides = Array.from(
    { length: Math.floor((maxDim - minDim) / sideStep) + 1 },
    (_, index) => minDim + index * sideStep,
  );
  const shape = picture.width / picture.height;
  return sides
    .flatMap((width) =>
      sides.map((height) => ({
        width,
        height,
        area: width * height,
        error: shapeError(shape, width / height),
      })),
    )
    .filter(({ area, error }) => area >= minArea && area <= maxArea && error <= threshold);
}

function shapeError(first: number, second: number): number {
  const ratio = first / second;
  return 1 - Math.min(ratio, 1 / ratio);
}
