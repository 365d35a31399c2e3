import { fileRefSchema, type FileRef } from "@vitrine/core";
import * as v from "valibot";

/** Most items in one gallery. */
export const maxItems = 1000;

// A type alias: an interface has no index signature, so it would be no Json.
export type GalleryItem = {
  /** The original; only this is given to functions. */
  readonly file: FileRef;
  /** A smaller picture for the grid; `null` when the original is small itself. */
  readonly thumbnail: FileRef | null;
  readonly caption: string | null;
  /** Of the original in pixels, turned upright; `null` when not known. */
  readonly width: number | null;
  readonly height: number | null;
};

export type GalleryPayload = readonly GalleryItem[];

const lengthSchema = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)));

export const galleryPayloadSchema: v.GenericSchema<unknown, GalleryPayload> = v.pipe(
  v.array(
    v.strictObject({
      file: fileRefSchema,
      thumbnail: v.nullable(fileRefSchema),
      caption: v.nullable(v.pipe(v.string(), v.maxLength(10_000))),
      width: lengthSchema,
      height: lengthSchema,
    }),
  ),
  v.maxLength(maxItems),
);
