import type { Json, JsonObject } from "@vitrine/core";

/** Whether values are sent by a client or given by the app. */
export type Direction = "in" | "out";

/** How files are described: inline, or by a reference into a document that describes them once. */
export type FileSchemas = { readonly [TDirection in Direction]: JsonObject };

/** A file as a client may send it. */
export const fileInputSchema: JsonObject = {
  title: "File to send",
  description:
    "The address of a file: http(s), data:, or what an upload or a call answered. As text, or as an object with `url`.",
  anyOf: [
    { type: "string", examples: ["https://example.com/picture.png"] },
    {
      type: "object",
      properties: {
        url: { type: "string", description: "http(s), data:, or what an upload or a call answered." },
        name: { type: "string", description: "Name of the file. Without it the address says it." },
      },
      required: ["url"],
    },
  ],
};

/** A file as the app gives it. */
export const fileSchema: JsonObject = {
  title: "File",
  description: "A file the app gives. Its address is secret and good for as long as its session is kept.",
  type: "object",
  properties: {
    url: { type: "string", format: "uri", description: "Where to download it." },
    name: { type: "string" },
    mimeType: { type: "string", description: "By its content." },
    sizeBytes: { type: "integer", minimum: 0 },
  },
  required: ["url", "name", "mimeType", "sizeBytes"],
};

export const inlineFiles: FileSchemas = { in: fileInputSchema, out: fileSchema };

/**
 * The schema of a payload as clients of the plain API know it: references to files are files, and what may be null
 * may be left out of what is sent.
 */
export function plainSchema(schema: JsonObject, direction: Direction, files: FileSchemas): JsonObject {
  if (isFileSchema(schema) || (direction === "in" && isOneFile(schema))) return files[direction];
  const { $schema: _dialect, ...rest } = schema;
  const visit = (part: Json): Json => (isObject(part) ? plainSchema(part, direction, files) : part);
  const entries = Object.entries(rest).map(([key, value]): readonly [string, Json] => {
    if (mapsOfSchemas.has(key) && isObject(value)) return [key, mapValues(value, visit)];
    if (listsOfSchemas.has(key) && Array.isArray(value)) return [key, value.map(visit)];
    if (key === "items" && Array.isArray(value)) return ["prefixItems", value.map(visit)];
    if (key === "additionalItems") return ["items", visit(value)];
    return schemas.has(key) ? [key, visit(value)] : [key, value];
  });
  const plain = Object.fromEntries(entries) as JsonObject;
  return direction === "in" ? withoutNeedlessNames(plain) : withoutLimits(plain);
}

/** Whether a schema is that of a list of at most one file, for which clients send the file itself. */
export function isOneFile(schema: JsonObject): boolean {
  return schema["maxItems"] === 1 && isFileSchema(schema["items"] ?? null);
}

/** The same without null among what it takes. */
export function withoutNull(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const left = anyOf.filter((one) => !takesNull(one));
  const [only] = left;
  return left.length === 1 && isObject(only) ? { ...only, ...rest } : { ...rest, anyOf: left };
}

/** Whether a schema is that of a reference to a file: what `fileRefSchema` of core becomes. */
export function isFileSchema(schema: Json): boolean {
  if (!isObject(schema) || !isObject(schema["properties"])) return false;
  const { kind, id, url } = schema["properties"];
  return isObject(kind) && kind["const"] === "file" && id !== undefined && url !== undefined;
}

export function takesNull(schema: Json | undefined): boolean {
  if (!isObject(schema)) return false;
  const { type, anyOf, const: only } = schema;
  if (type === "null" || only === null) return true;
  return Array.isArray(anyOf) && anyOf.some(takesNull);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function mapValues(object: JsonObject, map: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

const mapsOfSchemas: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
]);
const listsOfSchemas: ReadonlySet<string> = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const schemas: ReadonlySet<string> = new Set(["items", "additionalProperties", "contains", "not"]);

/** Limits, and choices, are for what visitors send: a function may show others. */
function withoutLimits(schema: JsonObject): JsonObject {
  const { enum: choices, ...rest } = schema;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !limits.has(key))) as JsonObject;
  return Array.isArray(choices) ? { ...kept, examples: choices } : kept;
}

const limits: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "pattern",
]);

function withoutNeedlessNames(schema: JsonObject): JsonObject {
  const { required, ...rest } = schema;
  const properties = schema["properties"];
  if (!Array.isArray(required) || !isObject(properties)) return schema;
  const needed = required.filter((name) => typeof name !== "string" || !takesNull(properties[name]));
  return needed.length === 0 ? rest : { ...rest, required: needed };
}
