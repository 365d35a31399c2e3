import type { Picture } from "../../images/picture.ts";
import { flipPicture } from "../../images/picture-edits.ts";
import { checkbox, checkboxGroup } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readChoices, readFlag } from "../read-args.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptControls } from "../script-postprocessing.ts";

const axes = { Horizontal: "x", Vertical: "y", Both: "both" } as const;
const directions = ["Horizontal", "Vertical", "Both"] as const;

/** Adds mirrored copies. */
export class FlippedCopiesScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Create flipped copies";
  override readonly order = 4030;

  override ui(): ScriptControls {
    return {
      enable: checkbox("Create flipped copies", false),
      option: checkboxGroup({ label: "Flip", value: ["Horizontal"], choices: directions }),
    };
  }

  override async process(pp: PostprocessedImage<Picture>, args: ScriptArgs): Promise<void> {
    if (!readFlag(args, "enable")) return;
    for (const direction of readChoices(args, "option", directions)) {
      pp.extraImages.push(await flipPicture(pp.image, axes[direction]));
    }
  }
}
