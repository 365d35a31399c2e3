import { createReadStream } from "node:fs";
import {
  toFileId,
  VitrineError,
  type FileRef,
  type FileStore,
  type Json,
  type JsonObject,
  type OwnedFiles,
} from "@vitrine/core";
import type { FetchPolicy } from "../files/fetch-remote.ts";
import { isFileSchema, isObject, mapValues, takesNull } from "./plain-schema.ts";

/** Where the files of plain values go to and come from. */
export interface PlainFiles {
  /** Of the session that calls. */
  readonly files: OwnedFiles;
  readonly store: FileStore;
  readonly policy: FetchPolicy;
  /** Address of the app as the client knows it, with a slash at the end. */
  readonly baseUrl: string;
  readonly signal?: AbortSignal;
}

/** A file as clients of the plain API see it. A type alias: an interface would be no Json. */
export type PlainFile = {
  readonly url: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
};

/**
 * The payload a plain value stands for. Only where the component's schema has a file is anything taken for one: data
 * that looks like a file stays data.
 *
 * @throws PAYLOAD_INVALID, FILE_UNKNOWN, FILE_FETCH_REFUSED, FILE_FETCH_FAILED, FILE_TOO_LARGE, FILE_QUOTA
 */
export async function toPayload(schema: Json, value: Json, into: PlainFiles): Promise<Json> {
  if (!isObject(schema) || !holdsFiles(schema)) return withNulls(schema, value);
  if (isFileSchema(schema)) return value === null ? null : toFileRef(value, into);
  const { anyOf, items, maxItems, properties } = schema;
  if (Array.isArray(anyOf)) {
    // What is meant for none of them is refused as a file that is none.
    const branch = anyOf.find((one) => isMeant(one, value)) ?? anyOf.find(isFileSchema);
    return branch === undefined ? value : toPayload(branch, value, into);
  }
  if (items !== undefined) {
    // One file in place of a list of one.
    const list = Array.isArray(value) ? value : isFileSchema(items) && value !== null ? [value] : [];
    if (typeof maxItems === "number" && list.length > maxItems) throw tooMany(maxItems, list.length);
    const payloads: Json[] = [];
    for (const item of list) payloads.push(await toPayload(items, item, into));
    return payloads;
  }
  if (!isObject(properties) || !isObject(value)) return value;
  const payload: Record<string, Json> = { ...(withNulls(schema, value) as JsonObject) };
  for (const [name, part] of Object.entries(properties)) {
    const sent = payload[name];
    if (sent !== undefined) payload[name] = await toPayload(part, sent, into);
  }
  return payload;
}

/** A payload as clients of the plain API get it, each file as `show` has it. */
export function fromPayload(schema: Json, payload: Json, show: (file: FileRef) => Json): Json {
  if (!isObject(schema) || !holdsFiles(schema) || payload === null) return payload;
  if (isFileSchema(schema)) return show(payload as FileRef);
  const { anyOf, items, properties } = schema;
  if (Array.isArray(anyOf)) {
    const branch = anyOf.find((one) => isMeant(one, payload));
    return branch === undefined ? payload : fromPayload(branch, payload, show);
  }
  if (items !== undefined && Array.isArray(payload)) {
    return payload.map((item: Json) => fromPayload(items, item, show));
  }
  if (!isObject(properties) || !isObject(payload)) return payload;
  return mapValues(payload, (value, name) => fromPayload(properties[name] ?? {}, value, show));
}

/** @param baseUrl address of the app as the client knows it, with a slash at the end */
export function toPlainFile({ url, name, mimeType, sizeBytes }: FileRef, baseUrl: string): PlainFile {
  return { url: new URL(url, baseUrl).href, name, mimeType, sizeBytes };
}

/** Loaded with the first file: most apps are never given one by its address. */
const loadFetch = () => import("../files/fetch-remote.ts");
const loadDataUrls = () => import("../files/data-url.ts");

const known = new WeakMap<JsonObject, boolean>();

/** Whether payloads of this schema may hold files. */
export function holdsFiles(schema: JsonObject): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const { anyOf, items, properties } = schema;
  const parts = [
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...(isObject(items) ? [items] : []),
    ...(isObject(properties) ? Object.values(properties) : []),
  ];
  const holds = isFileSchema(schema) || parts.some((part) => isObject(part) && holdsFiles(part));
  known.set(schema, holds);
  return holds;
}

/** What may be null may be left out. */
function withNulls(schema: Json, value: Json): Json {
  if (!isObject(schema) || !isObject(value)) {
    const items = isObject(schema) ? schema["items"] : undefined;
    return items !== undefined && Array.isArray(value)
      ? value.map((item: Json) => withNulls(items, item))
      : value;
  }
  const { properties, required = [] } = schema;
  if (!isObject(properties) || !Array.isArray(required)) return value;
  const missing = required.filter(
    (name): name is string =>
      typeof name === "string" && !Object.hasOwn(value, name) && takesNull(properties[name]),
  );
  return { ...value, ...Object.fromEntries(missing.map((name) => [name, null])) };
}

/** Which of several schemas a value is meant for, by what it is in JSON. */
function isMeant(schema: Json, value: Json): boolean {
  if (!isObject(schema)) return false;
  if (value === null) return takesNull(schema);
  if (isFileSchema(schema)) return typeof value === "string" || isObject(value);
  const { type, items, properties, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.some((one) => isMeant(one, value));
  if (Array.isArray(value)) return items !== undefined;
  if (isObject(value)) return properties !== undefined;
  return type === typeof value;
}

async function toFileRef(value: Json, into: PlainFiles): Promise<FileRef> {
  const { url, name } = typeof value === "string" ? { url: value } : parseFile(value);
  const { files, policy, signal } = into;
  const own = ownPath.exec(url.split(/[?#]/, 1)[0] ?? "");
  if (own) {
    const ref = await reuse({ urlKey: own[1] ?? "", id: own[2] ?? "" }, name, into);
    if (ref) return ref;
    if (!/^https?:/i.test(url) || url.startsWith(into.baseUrl)) {
      throw new VitrineError("FILE_UNKNOWN", { message: "The app has no file at this address any more." });
    }
  }
  if (/^data:/i.test(url)) {
    const { keepDataUrl } = await loadDataUrls();
    return keepDataUrl(url, { files, name, maxBytes: policy.maxBytes });
  }
  const { fetchRemote } = await loadFetch();
  return fetchRemote(url, { files, name, ...(signal ? { signal } : {}) }, policy);
}

/** An address of this server: who knows its key may read the file. */
const ownPath = /(?:^|\/)files\/([\w-]{32})\/([a-f\d]{64})\/[^/]+$/;

interface OwnFile {
  readonly urlKey: string;
  readonly id: string;
}

/** A file of this server, made one of the session that calls. */
async function reuse(
  { urlKey, id }: OwnFile,
  name: string | undefined,
  { files, store, policy }: PlainFiles,
): Promise<FileRef | undefined> {
  const owner = store.byUrlKey(urlKey);
  const file = owner?.locate(toFileId(id));
  if (!file) return undefined;
  if (owner === files && name === undefined) return files.keep({ source: { path: file.path } });
  return files.receive({
    chunks: createReadStream(file.path),
    name: name ?? file.name,
    mimeType: file.mimeType,
    sizeBytes: file.sizeBytes,
    maxBytes: policy.maxBytes,
  });
}

function parseFile(value: Json): { readonly url: string; readonly name?: string } {
  const { url, name } = isObject(value) ? value : {};
  if (typeof url !== "string" || (name !== undefined && typeof name !== "string")) {
    throw new VitrineError("PAYLOAD_INVALID", {
      message: `Expected a file: its address as text, or { "url": "…" }; got ${describe(value)}.`,
    });
  }
  return name === undefined ? { url } : { url, name };
}

function describe(value: Json): string {
  if (isObject(value)) return "an object without a url";
  return Array.isArray(value) ? "a list" : JSON.stringify(value).slice(0, 40);
}

function tooMany(most: number, count: number): VitrineError {
  return new VitrineError("PAYLOAD_INVALID", {
    message: `Expected at most ${most} items, got ${count}.`,
  });
}
