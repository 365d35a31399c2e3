import { VitrineError, type Json, type JsonObject } from "@vitrine/core";
import { claimsToBeFile } from "../files/gradio-files.ts";
import {
  isFileRef,
  isList,
  isObject,
  type ReadContext,
  type WireAdapter,
  type WriteContext,
} from "./adapter.ts";

/** Payloads that travel as they are. */
export function asItIs(schema: WireAdapter["schema"] = (_component, payload) => payload): WireAdapter {
  return { read: (wire) => wire, write: (payload) => payload, schema };
}

export const text: JsonObject = { type: "string" };

/** The source alone travels; HTML is made of it again. */
export const markdownAdapter: WireAdapter = {
  read: (wire) => (typeof wire === "string" ? { source: wire, html: [] } : wire),
  write: (payload) => (isObject(payload) ? (payload["source"] ?? "") : payload),
  schema: () => text,
};

export const labelAdapter: WireAdapter = {
  read(wire) {
    if (!isObject(wire)) return wire;
    const { label = null, confidences = null } = wire;
    return label === null ? null : { label, ...(confidences === null ? {} : { confidences }) };
  },
  write: (payload) => (isObject(payload) ? { confidences: null, ...payload } : {}),
  schema: () => ({
    properties: {
      label: {
        anyOf: [{ type: "string" }, { type: "integer" }, { type: "number" }, { type: "null" }],
        default: null,
      },
      confidences: {
        anyOf: [
          {
            items: {
              properties: { label: text, confidence: { type: "number" } },
              required: ["label", "confidence"],
              title: "LabelConfidence",
              type: "object",
            },
            type: "array",
          },
          { type: "null" },
        ],
        default: null,
      },
    },
    title: "LabelData",
    type: "object",
  }),
};

/** Data are never files, so what says it is one has to be one this client may name; it stays as it was written. */
export const jsonAdapter: WireAdapter = {
  async read(wire, context) {
    await checkFiles(wire, context);
    return wire;
  },
  write: (payload) => payload,
  schema: () => ({ type: {}, description: "any valid json" }),
};

/** A row of examples by its number; what the rows hold stays here. */
export const datasetAdapter: WireAdapter = {
  read: () => ({ rows: [] }),
  write: () => null,
  schema: () => ({ type: "integer", description: "index of selected example" }),
};

/** Types this table does not know: files are found wherever they stand. */
export const unknownAdapter: WireAdapter = {
  read: readFiles,
  write: (payload, context) => writeFiles(payload, context),
  schema: (_component, payload) => payload,
};

async function checkFiles(wire: Json, context: ReadContext): Promise<void> {
  if (isList(wire)) for (const item of wire) await checkFiles(item, context);
  else if (claimsToBeFile(wire)) {
    const { path } = wire;
    // An address is data here: nothing is fetched for it.
    if (typeof path === "string" && /^https?:\/\//i.test(path)) return;
    await context.takeFile(wire);
  } else if (isObject(wire)) for (const item of Object.values(wire)) await checkFiles(item, context);
}

async function readFiles(wire: Json, context: ReadContext): Promise<Json> {
  if (isList(wire)) return Promise.all(wire.map((item) => readFiles(item, context)));
  if (claimsToBeFile(wire)) return context.takeFile(wire);
  if (!isObject(wire)) return wire;
  if (Object.hasOwn(wire, "__proto__"))
    throw new VitrineError("PAYLOAD_INVALID", { message: 'A payload may have no key "__proto__".' });
  const entries = Object.entries(wire).map(
    async ([key, value]) => [key, await readFiles(value, context)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function writeFiles(payload: Json, context: WriteContext): Json {
  if (isList(payload)) return payload.map((item) => writeFiles(item, context));
  if (isFileRef(payload)) return context.fileData(payload);
  if (!isObject(payload)) return payload;
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, writeFiles(value, context)]));
}
