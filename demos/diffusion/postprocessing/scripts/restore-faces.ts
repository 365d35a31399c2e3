import type { Picture } from "../../images/picture.ts";
import { blendPictures } from "../../images/picture-edits.ts";
import { checkbox, slider } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readFlag, readNumber } from "../read-args.ts";
import {
  ScriptPostprocessing,
  type ScriptArgs,
  type ScriptContext,
  type ScriptControls,
} from "../script-postprocessing.ts";

export interface FaceRestoration {
  /** The very picture that came where there is no face in it. */
  readonly picture: Picture;
  readonly faces: number;
}

/** Restores the faces of a picture. `weight` is for networks that have one. */
export type RestoreFaces = (
  picture: Picture,
  options: { readonly weight: number; readonly signal: AbortSignal | undefined },
) => Promise<FaceRestoration>;

const range = { minimum: 0, maximum: 1 };
const shown = { step: 0.001, ...range };

/** What both ways have in common; a subclass says its controls and what it notes beside the visibility. */
abstract class FaceScript extends ScriptPostprocessing<Picture> {
  /** Name of the control that says how much of the restored faces is mixed in. */
  protected abstract readonly visibilityArg: string;
  private readonly restoreFaces: RestoreFaces;

  constructor(restoreFaces: RestoreFaces) {
    super();
    this.restoreFaces = restoreFaces;
  }

  override async process(
    pp: PostprocessedImage<Picture>,
    args: ScriptArgs,
    { signal }: ScriptContext,
  ): Promise<void> {
    const visibility = readNumber(args, this.visibilityArg, { fallback: 1, ...range });
    const weight = this.readWeight(args);
    if (!readFlag(args, "enable") || visibility === 0) return;
    const restored = await this.restoreFaces(pp.image, { weight: weight ?? 0, signal });
    pp.image = await mixIn(pp.image, restored.picture, visibility);
    pp.info[`${this.name} visibility`] = rounded(visibility);
    if (weight !== undefined) pp.info[`${this.name} weight`] = rounded(weight);
    if (restored.faces === 0) pp.info[`${this.name} faces`] = 0;
  }

  /** `undefined` for a network without a weight. */
  protected readWeight(_args: ScriptArgs): number | undefined {
    return undefined;
  }
}

/** Restores faces with GFPGAN. */
export class GfpganScript extends FaceScript {
  override readonly name = "GFPGAN";
  override readonly order = 2000;
  protected override readonly visibilityArg = "gfpganVisibility";

  override ui(): ScriptControls {
    return {
      enable: checkbox("GFPGAN", false),
      gfpganVisibility: slider({ label: "Visibility", value: 1, ...shown }),
    };
  }
}

/** Restores faces with CodeFormer. */
export class CodeFormerScript extends FaceScript {
  override readonly name = "CodeFormer";
  override readonly order = 3000;
  protected override readonly visibilityArg = "codeformerVisibility";

  override ui(): ScriptControls {
    return {
      enable: checkbox("CodeFormer", false),
      codeformerVisibility: slider({ label: "Visibility", value: 1, ...shown }),
      codeformerWeight: slider({ label: "Weight (0 = strongest effect, 1 = weakest)", value: 0, ...shown }),
    };
  }

  protected override readWeight(args: ScriptArgs): number {
    return readNumber(args, "codeformerWeight", { fallback: 0, ...range });
  }
}

/** A picture in which nothing was found stays the very same, and keeps its file. */
async function mixIn(picture: Picture, restored: Picture, visibility: number): Promise<Picture> {
  if (restored === picture || visibility === 1) return restored;
  return blendPictures(picture, restored, visibility);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
