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

/** Restores faces with GFPGAN. */
export class GfpganScript extends ScriptPostprocessing<Picture> {
  override readonly name = "GFPGAN";
  override readonly order = 2000;
  private readonly restoreFaces: RestoreFaces;

  constructor(restoreFaces: RestoreFaces) {
    super();
    this.restoreFaces = restoreFaces;
  }

  override ui(): ScriptControls {
    return {
      enable: checkbox("GFPGAN", false),
      gfpganVisibility: slider({ label: "Visibility", value: 1, ...shown }),
    };
  }

  override async process(
    pp: PostprocessedImage<Picture>,
    args: ScriptArgs,
    { signal }: ScriptContext,
  ): Promise<void> {
    const visibility = readNumber(args, "gfpganVisibility", { fallback: 1, ...range });
    if (!readFlag(args, "enable") || visibility === 0) return;
    const restored = await this.restoreFaces(pp.image, { weight: 0, signal });
    pp.image = await mixIn(pp.image, restored.picture, visibility);
    pp.info["GFPGAN visibility"] = rounded(visibility);
    if (restored.faces === 0) pp.info["GFPGAN faces"] = 0;
  }
}

/** Restores faces with CodeFormer. */
export class CodeFormerScript extends ScriptPostprocessing<Picture> {
  override readonly name = "CodeFormer";
  override readonly order = 3000;
  private readonly restoreFaces: RestoreFaces;

  constructor(restoreFaces: RestoreFaces) {
    super();
    this.restoreFaces = restoreFaces;
  }

  override ui(): ScriptControls {
    return {
      enable: checkbox("CodeFormer", false),
      codeformerVisibility: slider({ label: "Visibility", value: 1, ...shown }),
      codeformerWeight: slider({ label: "Weight (0 = strongest effect, 1 = weakest)", value: 0, ...shown }),
    };
  }

  override async process(
    pp: PostprocessedImage<Picture>,
    args: ScriptArgs,
    { signal }: ScriptContext,
  ): Promise<void> {
    const visibility = readNumber(args, "codeformerVisibility", { fallback: 1, ...range });
    const weight = readNumber(args, "codeformerWeight", { fallback: 0, ...range });
    if (!readFlag(args, "enable") || visibility === 0) return;
    const restored = await this.restoreFaces(pp.image, { weight, signal });
    pp.image = await mixIn(pp.image, restored.picture, visibility);
    pp.info["CodeFormer visibility"] = rounded(visibility);
    pp.info["CodeFormer weight"] = rounded(weight);
    if (restored.faces === 0) pp.info["CodeFormer faces"] = 0;
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
