import type { Component, JsonObject } from "@vitrine/core";
import type { WireAdapter } from "./adapter.ts";
import { chatbotAdapter } from "./chatbot.ts";
import { fileAdapter, galleryAdapter, imageAdapter } from "./files.ts";
import {
  asItIs,
  datasetAdapter,
  jsonAdapter,
  labelAdapter,
  markdownAdapter,
  text,
  unknownAdapter,
} from "./plain.ts";

const adapters: Readonly<Record<string, WireAdapter>> = {
  textbox: asItIs(() => text),
  html: asItIs(() => text),
  button: asItIs(() => text),
  "clear-button": asItIs(() => text),
  checkbox: asItIs(() => ({ type: "boolean" })),
  number: asItIs(({ options }) => ({
    type: "precision" in options && options.precision === 0 ? "integer" : "number",
  })),
  slider: asItIs(({ options }) => ({ type: "number", description: rangeOf(options) })),
  radio: asItIs((_component, payload) => choice(payload, { title: "Radio" })),
  dropdown: asItIs(dropdownSchema),
  "checkbox-group": asItIs((_component, payload) => ({
    items: choice(payload, {}),
    title: "Checkbox Group",
    type: "array",
  })),
  markdown: markdownAdapter,
  label: labelAdapter,
  json: jsonAdapter,
  image: imageAdapter,
  file: fileAdapter,
  gallery: galleryAdapter,
  chatbot: chatbotAdapter,
  dataset: datasetAdapter,
  state: { read: () => null, write: () => null, schema: () => ({}) },
};

/** How a component's payloads travel; components of others fall back to their own payloads with files found in them. */
export function adapterOf(component: Component): WireAdapter {
  return Object.hasOwn(adapters, component.type)
    ? (adapters[component.type] ?? unknownAdapter)
    : unknownAdapter;
}

/** A type as Gradio's clients know it. */
export function gradioType(type: string): string {
  if (type === "clear-button") return "button";
  return type === "tab" ? "tabitem" : type.replaceAll("-", "");
}

function rangeOf(options: object): string {
  const bound = (name: string, otherwise: number): unknown =>
    name in options ? (options as Record<string, unknown>)[name] : otherwise;
  return `numeric value between ${String(bound("minimum", 0))} and ${String(bound("maximum", 100))}`;
}

function dropdownSchema({ options }: Component, payload: JsonObject): JsonObject {
  const isCustom = "allowCustomValue" in options && options.allowCustomValue === true;
  const one = isCustom ? text : choice(payload, {});
  const isMany = "multiselect" in options && options.multiselect === true;
  return isMany ? { type: "array", items: one } : one;
}

/** The choices, wherever they stand in the schema of the payload. */
function choice(schema: JsonObject, extra: JsonObject): JsonObject {
  const values = findEnum(schema) ?? [];
  const isText = values.every((value) => typeof value === "string");
  return { enum: values, ...extra, ...(isText ? { type: "string" } : {}) };
}

function findEnum(schema: JsonObject): readonly (string | number)[] | undefined {
  for (const [key, value] of Object.entries(schema)) {
    if (key === "enum" && Array.isArray(value)) return value as readonly (string | number)[];
    if (typeof value !== "object" || value === null) continue;
    const found = findEnum(value as JsonObject);
    if (found) return found;
  }
  return undefined;
}
