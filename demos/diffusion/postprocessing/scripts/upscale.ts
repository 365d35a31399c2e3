import type { Picture } from "../../images/picture.ts";
import { blendPictures, centreOnCanvas } from "../../images/picture-edits.ts";
import { checkbox, dropdown, radio, shownWhile, slider, type DescribedControl } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readChoice, readFlag, readNumber, readText } from "../read-args.ts";
import {
  ScriptPostprocessing,
  type ScriptArgs,
  type ScriptContext,
  type ScriptControls,
} from "../script-postprocessing.ts";
import { UpscaleCache, type UpscaleCacheOptions } from "../upscalers/upscale-cache.ts";
import { findUpscaler, upscalePicture } from "../upscalers/upscale-picture.ts";
import type { Upscaler } from "../upscalers/upscaler.ts";
import { limitSize } from "./limit-size.ts";

export interface UpscaleOptions extends UpscaleCacheOptions {
  /** Upscalers there are now; asked anew for each picture. */
  readonly upscalers: () => readonly Upscaler[];
  /** Whether the upscalers' names go into the file name. @default false */
  readonly namesInSuffix?: boolean;
}

const modes = ["Scale by", "Scale to"] as const;
const factorRange = { fallback: 4, minimum: 0.05, maximum: 16 };
const sideRange = { fallback: 512, minimum: 1, maximum: 65_535 };
const limitRange = { fallback: 0, minimum: 0, maximum: 65_535 };

/** Enlarges the picture by a factor or to a size, with one upscaler or a mix of two. */
export class UpscaleScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Upscale";
  override readonly order = 1000;
  private readonly options: UpscaleOptions;
  private readonly cache: UpscaleCache;

  constructor(options: UpscaleOptions) {
    super();
    this.options = options;
    this.cache = new UpscaleCache(options);
  }

  override ui(): ScriptControls {
    const choices = this.options.upscalers().map(({ name }) => name);
    const by = (control: DescribedControl) => shownWhile("upscaleMode", "Scale by", control);
    const to = (control: DescribedControl) => shownWhile("upscaleMode", "Scale to", control);
    const side = { value: 512, minimum: 64, maximum: 8192, step: 8 };
    return {
      upscaleEnabled: checkbox("Upscale", true),
      upscaleMode: radio({ label: "Mode", value: "Scale by", choices: modes }),
      upscaleBy: by(slider({ label: "Resize", value: 4, minimum: 1, maximum: 8, step: 0.05 })),
      maxSideLength: by(slider({ label: "Max side length", value: 0, minimum: 0, maximum: 8192, step: 8 })),
      upscaleToWidth: to(slider({ label: "Width", ...side })),
      upscaleToHeight: to(slider({ label: "Height", ...side })),
      upscaleCrop: to(checkbox("Crop to fit", true)),
      upscaler1Name: dropdown({
        label: "Upscaler 1",
        info: "None leaves the picture as it is.",
        value: choices[0] ?? "None",
        choices,
      }),
      upscaler2Name: dropdown({ label: "Upscaler 2", value: "None", choices }),
      upscaler2Visibility: slider({
        label: "Upscaler 2 visibility",
        value: 0,
        minimum: 0,
        maximum: 1,
        step: 0.001,
      }),
    };
  }

  /** Tells the cropping scripts the size there will be, even where upscaling itself is off. */
  override processFirstPass(pp: PostprocessedImage<Picture>, args: ScriptArgs): void {
    const plan = readPlan(args);
    const { width, height } =
      plan.mode === "Scale to" ? plan.size : limitSize(scaled(pp.image, plan.factor), plan.limit);
    pp.shared.targetWidth = width;
    pp.shared.targetHeight = height;
  }

  override async process(
    pp: PostprocessedImage<Picture>,
    args: ScriptArgs,
    context: ScriptContext,
  ): Promise<void> {
    if (!readFlag(args, "upscaleEnabled", true)) return;
    const first = this.find(args, "upscaler1Name");
    const second = this.find(args, "upscaler2Name");
    const share = readNumber(args, "upscaler2Visibility", { fallback: 0, minimum: 0, maximum: 1 });
    if (first.name === "None") return;
    const source = pp.image;
    const plan = fitPlan(source, readPlan(args));
    const result = await this.upscale(source, { upscaler: first, plan, context });
    Object.assign(pp.info, describePlan(plan), { "Postprocess upscaler": first.name });
    if (this.options.namesInSuffix) pp.nametags.push(first.name);
    if (second.name === "None" || share === 0) {
      pp.image = result;
      return;
    }
    pp.image = await blendPictures(
      result,
      await this.upscale(source, { upscaler: second, plan, context }),
      share,
    );
    pp.info["Postprocess upscaler 2"] = second.name;
    if (this.options.namesInSuffix) pp.nametags.push(`${second.name} ${share}`);
  }

  override imageChanged(): void {
    this.cache.clear();
  }

  private find(args: ScriptArgs, name: string): Upscaler {
    return findUpscaler(this.options.upscalers(), readText(args, name, "None"));
  }

  private async upscale(picture: Picture, { upscaler, plan, context }: UpscaleStep): Promise<Picture> {
    const make = () => upscalePicture(upscaler, { picture, factor: plan.factor }, context);
    const result = await this.cache.get(picture, { upscaler: upscaler.name, factor: plan.factor }, make);
    return plan.crops ? centreOnCanvas(result, plan.size) : result;
  }
}

interface UpscaleStep {
  readonly upscaler: Upscaler;
  readonly plan: FittedPlan;
  readonly context: ScriptContext;
}

interface Plan {
  readonly mode: (typeof modes)[number];
  readonly factor: number;
  /** Longest side when scaling by a factor; 0 is no limit. */
  readonly limit: number;
  /** Size to cover when scaling to a size. */
  readonly size: { readonly width: number; readonly height: number };
  readonly crops: boolean;
}

interface FittedPlan extends Plan {
  readonly isLimited: boolean;
}

function readPlan(args: ScriptArgs): Plan {
  return {
    mode: readMode(args),
    factor: readNumber(args, "upscaleBy", factorRange),
    limit: Math.round(readNumber(args, "maxSideLength", limitRange)),
    size: {
      width: Math.round(readNumber(args, "upscaleToWidth", sideRange)),
      height: Math.round(readNumber(args, "upscaleToHeight", sideRange)),
    },
    crops: readFlag(args, "upscaleCrop", false),
  };
}

/** API clients know the modes by number. */
function readMode(args: ScriptArgs): (typeof modes)[number] {
  const { upscaleMode } = args;
  return readChoice(
    { mode: typeof upscaleMode === "number" ? (modes[upscaleMode] ?? upscaleMode) : upscaleMode },
    "mode",
    modes,
  );
}

/** The factor that reaches the size; a picture above the limit gets a smaller one. */
function fitPlan(picture: Picture, plan: Plan): FittedPlan {
  if (plan.mode === "Scale to") return { ...plan, factor: covering(picture, plan.size), isLimited: false };
  const longest = Math.max(picture.width, picture.height) * plan.factor;
  if (plan.limit === 0 || longest <= plan.limit) return { ...plan, crops: false, isLimited: false };
  const size = limitSize(scaled(picture, plan.factor), plan.limit);
  return { ...plan, size, factor: covering(picture, size), crops: false, isLimited: true };
}

function describePlan({
  mode,
  factor,
  limit,
  size,
  crops,
  isLimited,
}: FittedPlan): Record<string, string | number> {
  const target = `${size.width}x${size.height}`;
  return {
    ...(mode === "Scale to" || isLimited
      ? { "Postprocess upscale to": target }
      : { "Postprocess upscale by": factor }),
    ...(isLimited ? { "Max side length": limit } : {}),
    ...(crops ? { "Postprocess crop to": target } : {}),
  };
}

function scaled({ width, height }: Picture, factor: number) {
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

function covering(picture: Picture, { width, height }: { width: number; height: number }): number {
  return Math.max(width / picture.width, height / picture.height);
}
