import type { Json } from "@vitrine/core";
import { isFileRef, isList, isObject, type WireAdapter } from "./adapter.ts";
import { fileSchema, filesSchema, gallerySchema, imageSchema } from "./file-schemas.ts";

/** A picture: the file, or null. */
export const imageAdapter: WireAdapter = {
  read: (wire, { takeFile }) => takeFile(wire),
  write: (payload, { fileData }) => (isFileRef(payload) ? fileData(payload) : null),
  schema: () => imageSchema,
};

/** Files: a list of them, or with `fileCount: "single"` one alone. */
export const fileAdapter: WireAdapter = {
  async read(wire, { takeFile }) {
    const files = isList(wire) ? wire : [wire];
    return Promise.all(files.map(takeFile));
  },
  write(payload, { component, fileData }) {
    const files = isList(payload) ? payload.filter(isFileRef).map(fileData) : [];
    return takesMany(component.options) ? files : (files[0] ?? null);
  },
  schema: ({ options }) => (takesMany(options) ? filesSchema : fileSchema),
};

/** Pictures with captions; a bare path or file stands for a picture without one. */
export const galleryAdapter: WireAdapter = {
  async read(wire, { takeFile }) {
    if (!isList(wire)) return wire;
    return Promise.all(
      wire.map(async (item) => {
        const entry = isObject(item) && ("image" in item || "video" in item) ? item : { image: item };
        const { image = null, video = null, caption = null } = entry as { [name: string]: Json };
        const file = await takeFile(image ?? video);
        return { file, thumbnail: null, caption, width: null, height: null };
      }),
    );
  },
  write(payload, { fileData }) {
    if (!isList(payload)) return [];
    return payload.flatMap((item): Json[] => {
      if (!isObject(item) || !isFileRef(item["file"])) return [];
      const { file, caption = null } = item;
      const kind = file.mimeType.startsWith("video/") ? "video" : "image";
      return [{ [kind]: fileData(file), caption }];
    });
  },
  schema: () => gallerySchema,
};

function takesMany(options: object): boolean {
  return "fileCount" in options && options.fileCount !== undefined && options.fileCount !== "single";
}
