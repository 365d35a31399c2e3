import type { JsonObject } from "@vitrine/core";

const metaSchema: JsonObject = {
  properties: { _type: { const: "gradio.FileData", title: "Type", type: "string" } },
  required: ["_type"],
  title: "FileDataMeta",
  type: "object",
};

function optional(type: string): JsonObject {
  return { anyOf: [{ type }, { type: "null" }], default: null };
}

const fileProperties: JsonObject = {
  path: { type: "string" },
  url: optional("string"),
  size: optional("integer"),
  orig_name: optional("string"),
  mime_type: optional("string"),
  is_stream: { type: "boolean", default: false },
  meta: { $ref: "#/$defs/FileDataMeta" },
};

/** A file; `$defs` stand with each, as clients read each schema by itself. */
export const fileSchema: JsonObject = {
  $defs: { FileDataMeta: metaSchema },
  properties: fileProperties,
  required: ["path"],
  title: "FileData",
  type: "object",
  additional_description: "A file: uploaded before, or an http(s) address as path.",
};

export const filesSchema: JsonObject = {
  $defs: {
    FileDataMeta: metaSchema,
    FileData: { properties: fileProperties, required: ["path"], title: "FileData", type: "object" },
  },
  items: { $ref: "#/$defs/FileData" },
  title: "ListFiles",
  type: "array",
};

export const imageSchema: JsonObject = {
  properties: {
    path: { ...optional("string"), description: "Path of an uploaded file, or an http(s) address." },
    url: { ...optional("string"), description: "Address of the picture, or a data: URL." },
    size: { ...optional("integer"), description: "Size in bytes." },
    orig_name: { ...optional("string"), description: "Name of the file." },
    mime_type: { ...optional("string"), description: "MIME type of the picture." },
    is_stream: { type: "boolean", default: false, description: "Always false." },
    meta: { type: "object", default: { _type: "gradio.FileData" } },
  },
  title: "ImageData",
  type: "object",
  additional_description: "A local filepath or publicly available URL.",
};

export const gallerySchema: JsonObject = {
  items: {
    anyOf: [
      {
        properties: { image: imageSchema, caption: optional("string") },
        required: ["image"],
        title: "GalleryImage",
        type: "object",
      },
      {
        properties: { video: fileSchema, caption: optional("string") },
        required: ["video"],
        title: "GalleryVideo",
        type: "object",
      },
    ],
  },
  title: "GalleryData",
  type: "array",
};
