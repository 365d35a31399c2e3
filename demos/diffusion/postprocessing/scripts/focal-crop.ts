import type { Picture } from "../../images/picture.ts";
import { cropPicture, resizePicture, type Size } from "../../images/picture-edits.ts";
import { checkbox, slider } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readFlag, readNumber } from "../read-args.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptControls } from "../script-postprocessing.ts";
import { markPoints } from "./focal-debug.ts";
import { findFocalPoint, type FaceFinder, type FocalWeights } from "./focal-point.ts";

export interface FocalCropOptions {
  /** Finds faces. Without it only edges and detail count. */
  readonly findFaces?: FaceFinder;
}

const weightRange = { minimum: 0, maximum: 1 };

/** Crops to the target size around what is most worth seeing. */
export class FocalCropScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Auto focal point crop";
  override readonly order = 4010;
  private readonly findFaces: FaceFinder | undefined;

  constructor(options: FocalCropOptions = {}) {
    super();
    this.findFaces = options.findFaces;
  }

  override ui(): ScriptControls {
    return {
      enable: checkbox("Auto focal point crop", false),
      faceWeight: slider({ label: "Focal point face weight", value: 0.9, step: 0.05, ...weightRange }),
      entropyWeight: slider({ label: "Focal point entropy weight", value: 0.15, step: 0.05, ...weightRange }),
      edgesWeight: slider({ label: "Focal point edges weight", value: 0.5, step: 0.05, ...weightRange }),
      debug: checkbox("Create debug image", false),
    };
  }

  override async process(pp: PostprocessedImage<Picture>, args: ScriptArgs): Promise<void> {
    const { targetWidth, targetHeight } = pp.shared;
    if (!readFlag(args, "enable") || !targetWidth || !targetHeight) return;
    const target = { width: targetWidth, height: targetHeight };
    const covering = await resizePicture(pp.image, coveringSize(pp.image, target));
    const { point, candidates } = await findFocalPoint(covering, {
      crop: target,
      weights: readWeights(args),
      findFaces: this.findFaces,
    });
    pp.image = cropPicture(covering, {
      ...target,
      left: inside(point.x, target.width, covering.width),
      top: inside(point.y, target.height, covering.height),
    });
    if (!readFlag(args, "debug")) return;
    const marked = await markPoints(covering, [...candidates, point]);
    pp.extraImages.push(pp.createCopy(marked, { nametags: ["focal-crop-debug"], disableProcessing: true }));
  }
}

function readWeights(args: ScriptArgs): FocalWeights {
  return {
    faces: readNumber(args, "faceWeight", { fallback: 0.9, ...weightRange }),
    entropy: readNumber(args, "entropyWeight", { fallback: 0.15, ...weightRange }),
    edges: readNumber(args, "edgesWeight", { fallback: 0.5, ...weightRange }),
  };
}

/** The smallest size of the picture's shape that the target fits into. */
function coveringSize(picture: Picture, target: Size): Size {
  const factor = Math.max(target.width / picture.width, target.height / picture.height);
  return {
    width: Math.max(target.width, Math.round(picture.width * factor)),
    height: Math.max(target.height, Math.round(picture.height * factor)),
  };
}

/** Where a box around a point begins, moved so that it lies inside. */
function inside(centre: number, length: number, available: number): number {
  return Math.max(0, Math.min(available - length, Math.round(centre - length / 2)));
}
