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
import { heightProps, type CssSize } from "../shared/css-size.ts";
import { describeValue } from "../shared/describe-value.ts";
import { exampleFile } from "../shared/example-file.ts";
import { keepPicture } from "../shared/keep-picture.ts";
import type { PictureFormat, PictureValue } from "../shared/picture-types.ts";
import { assertPicture, defaultMaxPixels } from "../shared/read-picture.ts";
import { galleryPayloadSchema, maxItems, type GalleryItem, type GalleryPayload } from "./gallery-payload.ts";
import { thumbnailOf } from "./thumbnails.ts";

/** What a function receives for each `type`. Videos always come as paths. */
export interface GalleryTypes {
  readonly path: string;
  readonly buffer: Buffer | string;
}

/** A picture (or the path of a video), alone or with a caption. */
export type GalleryEntry = PictureValue | readonly [media: PictureValue, caption: string | null];

export interface GalleryOptions<TType extends keyof GalleryTypes = keyof GalleryTypes>
  extends ComponentOptions<readonly GalleryEntry[] | null>, RequiredOption<boolean> {
  /** What your function receives for each picture: the path of its file, or its bytes. @default "path" */
  readonly type?: TType;
  /** Format in which raw pixels that a function returns are shown. @default "png" */
  readonly format?: PictureFormat;
  /** Pictures in a row; fewer where there is no room. @default 3 */
  readonly columns?: number;
  /** How a picture fills its square. @default "cover" */
  readonly objectFit?: "cover" | "contain" | "scale-down" | "none" | "fill";
  /** Height of the grid; more pictures scroll. @default as high as its pictures */
  readonly height?: CssSize;
  /** A click on a picture shows it large. @default true */
  readonly allowPreview?: boolean;
  /** Which picture is shown large; `null` for none. Settable by `update()`. @default null */
  readonly selectedIndex?: number | null;
  /** Larger pictures are refused, by width × height × frames. @default 100000000 */
  readonly maxPixels?: number;
  /** Shown while it is empty. @default "No pictures yet" */
  readonly placeholder?: string;
  /** Tools of the large picture. @default ["download", "fullscreen"] */
  readonly buttons?: readonly ("download" | "fullscreen")[];
}

/**
 * Pictures in a grid; a click shows one large. Your function receives `[media, caption]` pairs and may return pictures,
 * or pairs of picture and caption. With `required: false` the array may be empty. The grid shows small copies; opening
 * and downloading give the originals.
 *
 * @throws OPTION_INVALID when `columns` is not from 1 to 20 or `selectedIndex` is negative
 * @example new Gallery({ columns: 4, value: ["cat.png", ["dog.png", "A dog"]] })
 */
export class Gallery<const TType extends keyof GalleryTypes = "path"> extends Component<
  [media: GalleryTypes[TType], caption: string | null][],
  readonly GalleryEntry[] | null,
  GalleryPayload
> {
  readonly type = "gallery";
  override readonly events = [
    "change",
    "input",
    "select",
    "upload",
    "delete",
    "clear",
    "previewOpen",
    "previewClose",
  ];
  declare readonly options: GalleryOptions<TType>;
  readonly payloadSchema = galleryPayloadSchema;
  readonly emptyPayload: GalleryPayload = [];
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor chose a picture; its event data are `{ index, value: name, caption }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  /** Pictures were uploaded. */
  readonly upload: TriggerMethod = eventMethod(this, "upload");
  /** The visitor removed a picture; its event data are `{ index, value: name }`. */
  readonly delete: TriggerMethod = eventMethod(this, "delete");
  /** The visitor removed all pictures. */
  readonly clear: TriggerMethod = eventMethod(this, "clear");
  /** A picture is shown large; its event data are `{ index }`. */
  readonly previewOpen: TriggerMethod = eventMethod(this, "previewOpen");
  /** No picture is shown large any more. */
  readonly previewClose: TriggerMethod = eventMethod(this, "previewClose");

  constructor(options: GalleryOptions<TType> = {}) {
    super(options);
    const { columns = 3, selectedIndex } = options;
    if (!(Number.isInteger(columns) && columns >= 1 && columns <= 20)) {
      throw invalidOption(`columns expected a whole number from 1 to 20, got ${columns}`);
    }
    if (typeof selectedIndex === "number" && !(Number.isInteger(selectedIndex) && selectedIndex >= 0)) {
      throw invalidOption(`selectedIndex expected 0 or more, or null, got ${selectedIndex}`);
    }
    heightProps(this.#height());
  }

  async preprocess(
    payload: GalleryPayload,
    { files }: ComponentContext,
  ): Promise<[media: GalleryTypes[TType], caption: string | null][]> {
    const { required = true, maxPixels = defaultMaxPixels, type = "path" } = this.options;
    if (payload.length === 0 && required) {
      throw this.refuse("VALUE_REQUIRED", "expected pictures, got none.", "Choose a picture.");
    }
    const received: [Buffer | string, string | null][] = [];
    for (const item of payload) {
      const file = await files.open(item.file);
      const isVideo = file.mimeType.startsWith("video/");
      if (!isVideo) await assertPicture(file, { component: this, maxPixels });
      received.push([type === "path" || isVideo ? file.path : await readFile(file.path), item.caption]);
    }
    // The compiler cannot follow the option into the type of the value.
    return received as [GalleryTypes[TType], string | null][];
  }

  async postprocess(
    value: readonly GalleryEntry[] | null,
    { files }: ComponentContext,
  ): Promise<GalleryPayload> {
    if (value === null || value === undefined) return [];
    const entries: unknown = value;
    if (!Array.isArray(entries)) {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `shows an array of pictures, got ${describeValue(value)}.`,
        "Return an array of pictures, or of [picture, caption].",
      );
    }
    if (entries.length > maxItems) {
      throw this.refuse("VALUE_NOT_SHOWN", `shows at most ${maxItems} pictures, got ${entries.length}.`);
    }
    const items: GalleryItem[] = [];
    for (const entry of value) items.push(await this.#toItem(entry, files));
    return items;
  }

  override filesIn(payload: GalleryPayload): readonly FileRef[] {
    return payload.flatMap(({ file, thumbnail }) => (thumbnail ? [file, thumbnail] : [file]));
  }

  examplePayload(): GalleryPayload {
    const file = exampleFile("picture.png", "image/png");
    return [{ file, thumbnail: null, caption: "A picture", width: 640, height: 480 }];
  }

  override preview(payload: GalleryPayload): Preview {
    const first = payload[0];
    return first ? { imageUrl: (first.thumbnail ?? first.file).url } : { text: "" };
  }

  protected override ownProps(): Props {
    const {
      columns = 3,
      objectFit = "cover",
      allowPreview = true,
      selectedIndex = null,
      placeholder,
    } = this.options;
    return {
      columns,
      objectFit,
      allowPreview,
      selectedIndex,
      buttons: [...(this.options.buttons ?? ["download", "fullscreen"])],
      required: this.options.required ?? true,
      ...(placeholder === undefined ? {} : { placeholder }),
      ...heightProps(this.#height()),
    };
  }

  async #toItem(entry: GalleryEntry, files: ComponentContext["files"]): Promise<GalleryItem> {
    const [media, caption]: readonly [PictureValue, string | null] = isPair(entry) ? entry : [entry, null];
    const file = await keepPicture(media, { files, component: this, format: this.options.format ?? "png" });
    if (file.mimeType.startsWith("video/"))
      return { file, caption: caption ?? null, thumbnail: null, width: null, height: null };
    if (!file.mimeType.startsWith("image/")) {
      throw this.refuse("VALUE_NOT_SHOWN", `shows pictures and videos, got a file of type ${file.mimeType}.`);
    }
    return { file, caption: caption ?? null, ...(await thumbnailOf(file, files)) };
  }

  #height(): { readonly height?: CssSize } {
    return this.options.height === undefined ? {} : { height: this.options.height };
  }
}

function isPair(entry: GalleryEntry): entry is readonly [PictureValue, string | null] {
  return Array.isArray(entry);
}

function invalidOption(message: string): VitrineError {
  return new VitrineError("OPTION_INVALID", { message: `Gallery: ${message}.` });
}
