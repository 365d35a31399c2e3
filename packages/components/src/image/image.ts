import { readFile } from "node:fs/promises";
import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentContext,
  type ComponentOptions,
  type FileRef,
  type Preview,
  type Props,
  type RequiredOption,
  type TriggerMethod,
} from "@vitrine/core";
import { heightProps, toCssLength, type CssSize } from "../shared/css-size.ts";
import { exampleFile } from "../shared/example-file.ts";
import { keepPicture } from "../shared/keep-picture.ts";
import type { PictureFormat, PictureValue, Pixels } from "../shared/picture-types.ts";
import { assertPicture, decodePixels, defaultMaxPixels } from "../shared/read-picture.ts";
import type { Received } from "../shared/required.ts";
import { imagePayloadSchema, type ImagePayload } from "./image-payload.ts";

/** What a function receives for each `type`. */
export interface ImageTypes {
  readonly buffer: Buffer;
  readonly pixels: Pixels;
  readonly path: string;
}

export type ImageType = keyof ImageTypes;
export type ImageSource = "upload" | "clipboard" | "webcam";

export interface WebcamOptions {
  /** Shows and takes the picture as in a mirror. @default true */
  readonly mirror?: boolean;
  /** Width and height to ask the camera for, in pixels. @default what the camera gives */
  readonly width?: number;
  readonly height?: number;
}

export interface ImageOptions<TType extends ImageType = ImageType, TRequired extends boolean = boolean>
  extends ComponentOptions<PictureValue | null>, RequiredOption<TRequired> {
  /**
   * What your function receives: `"buffer"`, the uploaded bytes as they are, ready for sharp; `"pixels"`, the decoded
   * picture as `{ data, width, height, channels }` with 3 or 4 channels, turned upright; `"path"`, the path of the
   * uploaded file.
   *
   * @default "buffer"
   */
  readonly type?: TType;
  /** Format in which raw pixels that a function returns are shown. @default "png" */
  readonly format?: PictureFormat;
  /** Where visitors may take a picture from; the first is offered first. @default ["upload", "clipboard", "webcam"] */
  readonly sources?: readonly ImageSource[];
  /** Larger pictures are refused, by width × height × frames. @default 100000000 */
  readonly maxPixels?: number;
  /** Height it is shown with; the picture itself stays as it is. @default by the picture, at most 640 px */
  readonly height?: CssSize;
  /** Width it is shown with. @default by the picture */
  readonly width?: CssSize;
  /** Shown where a picture can be dropped. @default "Drop a picture here" */
  readonly placeholder?: string;
  readonly webcamOptions?: WebcamOptions;
  /** Tools at the top right. @default ["download", "fullscreen"] */
  readonly buttons?: readonly ("download" | "fullscreen")[];
}

/**
 * A picture: visitors upload, drop, paste or take one; your function receives it and may return one. What is uploaded
 * reaches your function byte for byte, and what you return as bytes or as a file reaches the page byte for byte.
 *
 * @throws OPTION_INVALID for no or unknown sources, sizes that are none, `maxPixels` below 1
 * @example new Image({ type: "pixels", sources: ["upload"] })
 */
export class Image<
  const TType extends ImageType = "buffer",
  const TRequired extends boolean = true,
> extends Component<Received<ImageTypes[TType], TRequired>, PictureValue | null, ImagePayload> {
  readonly type = "image";
  override readonly events = ["change", "input", "clear", "upload", "select"];
  declare readonly options: ImageOptions<TType, TRequired>;
  readonly payloadSchema = imagePayloadSchema;
  readonly emptyPayload = null;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor removed the picture. */
  readonly clear: TriggerMethod = eventMethod(this, "clear");
  /** A picture was uploaded, pasted or taken. */
  readonly upload: TriggerMethod = eventMethod(this, "upload");
  /** The visitor clicked on the picture; its event data are `{ index: [x, y] }` in pixels of the picture. */
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: ImageOptions<TType, TRequired> = {}) {
    super(options);
    checkOptions(options);
  }

  async preprocess(
    payload: ImagePayload,
    { files }: ComponentContext,
  ): Promise<Received<ImageTypes[TType], TRequired>> {
    if (payload === null) {
      if (this.options.required === false) return null as Received<ImageTypes[TType], TRequired>;
      throw this.refuse("VALUE_REQUIRED", "expected a picture, got none.", "Choose a picture.");
    }
    const limits = { component: this, maxPixels: this.options.maxPixels ?? defaultMaxPixels };
    const file = await files.open(payload);
    await assertPicture(file, limits);
    const receive: { readonly [TKey in ImageType]: () => Promise<ImageTypes[TKey]> } = {
      buffer: () => readFile(file.path),
      pixels: () => decodePixels(file, limits),
      path: async () => file.path,
    };
    // The compiler cannot follow the option into the type of the value.
    return (await receive[this.options.type ?? "buffer"]()) as Received<ImageTypes[TType], TRequired>;
  }

  async postprocess(value: PictureValue | null, { files }: ComponentContext): Promise<ImagePayload> {
    if (value === null || value === undefined) return null;
    const ref = await keepPicture(value, { files, component: this, format: this.options.format ?? "png" });
    if (ref.mimeType.startsWith("image/")) return ref;
    throw this.refuse("VALUE_NOT_SHOWN", `shows a picture, got a file of type ${ref.mimeType}.`);
  }

  override filesIn(payload: ImagePayload): readonly FileRef[] {
    return payload ? [payload] : [];
  }

  examplePayload(): ImagePayload {
    return exampleFile("picture.png", "image/png");
  }

  override preview(payload: ImagePayload): Preview {
    return payload ? { imageUrl: payload.url } : { text: "" };
  }

  protected override ownProps(): Props {
    const {
      sources = defaultSources,
      placeholder,
      height,
      width,
      webcamOptions,
      buttons = defaultButtons,
    } = this.options;
    return {
      sources: [...sources],
      buttons: [...buttons],
      required: this.options.required ?? true,
      ...(placeholder === undefined ? {} : { placeholder }),
      ...heightProps(height === undefined ? {} : { height }),
      ...(width === undefined ? {} : { width: toCssLength(width, "width") }),
      ...(webcamOptions === undefined ? {} : { webcam: { ...webcamOptions } }),
    };
  }
}

const defaultSources: readonly ImageSource[] = ["upload", "clipboard", "webcam"];
const defaultButtons = ["download", "fullscreen"] as const;
const types: readonly ImageType[] = ["buffer", "pixels", "path"];

function checkOptions({ type, sources = defaultSources, maxPixels, height, width }: ImageOptions): void {
  if (type !== undefined && !types.includes(type)) {
    throw invalidOption(`type expected one of ${types.join(", ")}, got ${JSON.stringify(type)}`);
  }
  const unknown = sources.find((source) => !defaultSources.includes(source));
  if (sources.length === 0 || unknown !== undefined) {
    throw invalidOption(
      `sources expected at least one of ${defaultSources.join(", ")}, got ${JSON.stringify(sources)}`,
    );
  }
  if (maxPixels !== undefined && !(maxPixels >= 1))
    throw invalidOption(`maxPixels expected 1 or more, got ${maxPixels}`);
  if (height !== undefined) toCssLength(height, "height");
  if (width !== undefined) toCssLength(width, "width");
}

function invalidOption(message: string): VitrineError {
  return new VitrineError("OPTION_INVALID", { message: `Image: ${message}.` });
}
