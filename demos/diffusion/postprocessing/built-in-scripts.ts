import { basename } from "node:path";
import type { EngineProcess } from "../engine/engine-process.ts";
import type { Picture } from "../images/picture.ts";
import type { FaceNetwork, PictureNetworks } from "./picture-networks.ts";
import type { ScriptPostprocessing } from "./script-postprocessing.ts";
import { AutoSizedCropScript } from "./scripts/auto-sized-crop.ts";
import { CaptionScript, type Captioner } from "./scripts/caption.ts";
import { FlippedCopiesScript } from "./scripts/flipped-copies.ts";
import { FocalCropScript } from "./scripts/focal-crop.ts";
import { CodeFormerScript, GfpganScript, type RestoreFaces } from "./scripts/restore-faces.ts";
import { SplitOversizedScript } from "./scripts/split-oversized.ts";
import { UpscaleScript } from "./scripts/upscale.ts";
import type { Upscaler } from "./upscalers/upscaler.ts";

export interface BuiltInOptions {
  /** Where networks run. */
  readonly engine: Pick<EngineProcess, "restoreFaces" | "findFaces" | "describe">;
  readonly networks: PictureNetworks;
  readonly upscalers: readonly Upscaler[];
}

/** The scripts that come with the studio; those that need a network only where it is there. */
export function builtInScripts({
  engine,
  networks,
  upscalers,
}: BuiltInOptions): readonly ScriptPostprocessing<Picture>[] {
  const { gfpgan, codeFormer, detector } = networks;
  const restoreWith =
    (network: FaceNetwork): RestoreFaces =>
    (picture, options) =>
      engine.restoreFaces({ picture, ...network, ...options });
  return [
    new UpscaleScript({ upscalers: () => upscalers }),
    ...(gfpgan ? [new GfpganScript(restoreWith(gfpgan))] : []),
    ...(codeFormer ? [new CodeFormerScript(restoreWith(codeFormer))] : []),
    new SplitOversizedScript(),
    new FocalCropScript(
      detector === undefined ? {} : { findFaces: (picture) => engine.findFaces(detector, picture) },
    ),
    new AutoSizedCropScript(),
    new FlippedCopiesScript(),
    new CaptionScript({
      captioners: networks.taggers.map((tagger): Captioner => ({
        name: basename(tagger),
        caption: (picture, { tags, signal }) => engine.describe({ picture, tagger, tags, signal }),
      })),
    }),
  ];
}
