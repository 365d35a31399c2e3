import type { Component, FileRef, Json, JsonObject } from "@vitrine/core";

/** What an adapter may ask for while it reads what a client sent. */
export interface ReadContext {
  readonly component: Component;
  /** A file the client names, as a file of its session. @throws FILE_UNKNOWN and others for one it may not have */
  takeFile(wire: Json): Promise<FileRef>;
}

export interface WriteContext {
  readonly component: Component;
  /** A file as clients are given it. */
  fileData(ref: FileRef): JsonObject;
}

/**
 * How one type of component travels to Gradio's clients. The payload that is read is parsed by the component after,
 * as one from the page is; a null was taken for an empty component before.
 */
export interface WireAdapter {
  read(wire: Json, context: ReadContext): Json | Promise<Json>;
  write(payload: Json, context: WriteContext): Json;
  /** JSON schema of what travels, from the schema of the payload. */
  schema(component: Component, payloadSchema: JsonObject): JsonObject;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Payloads of our own components hold references exactly like this one. */
export function isFileRef(value: Json | undefined): value is FileRef & JsonObject {
  return (
    isObject(value) &&
    value["kind"] === "file" &&
    typeof value["id"] === "string" &&
    typeof value["name"] === "string" &&
    typeof value["url"] === "string" &&
    /^files\/[\w-]+\/[a-f\d]{64}\/[^/]*$/.test(value["url"])
  );
}
