import type { Json, JsonObject } from "@vitrine/core";
import { isList, isObject } from "../wire/adapter.ts";

/** A JSON schema as a Python type, as Gradio's clients show it: `list[Literal['a', 'b']]`, `filepath`. */
export function pythonType(schema: JsonObject): string {
  return typeOf(schema, isObject(schema["$defs"]) ? schema["$defs"] : {});
}

function typeOf(schema: Json | undefined, defs: JsonObject): string {
  if (!isObject(schema)) return "Any";
  const { $ref: ref } = schema;
  if (typeof ref === "string") return typeOf(defs[ref.split("/").at(-1) ?? ""], defs);
  if (isFile(schema)) return "filepath";
  if (isObject(schema["type"])) return "str | float | bool | list | dict";
  if (isList(schema["enum"])) return `Literal[${schema["enum"].map(literal).join(", ")}]`;
  if ("const" in schema) return `Literal[${String(schema["const"])}]`;
  const any = schema["anyOf"] ?? schema["oneOf"];
  if (isList(any)) return any.map((one) => typeOf(one, { ...defs, ...definitionsOf(one) })).join(" | ");
  return namedType(schema, defs);
}

function namedType(schema: JsonObject, defs: JsonObject): string {
  switch (schema["type"]) {
    case "string":
      return "str";
    case "integer":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "null":
      return "None";
    case "array":
      return arrayType(schema, defs);
    case "object":
      return objectType(schema, defs);
    default:
      return "Any";
  }
}

function arrayType({ prefixItems, items }: JsonObject, defs: JsonObject): string {
  if (isList(prefixItems)) return `tuple[${prefixItems.map((item) => typeOf(item, defs)).join(", ")}]`;
  return `list[${typeOf(items, { ...defs, ...definitionsOf(items) })}]`;
}

function objectType(schema: JsonObject, defs: JsonObject): string {
  const { properties, additionalProperties } = schema;
  if (isObject(properties)) {
    const parts = Object.entries(properties).map(([name, part]) => `${name}: ${typeOf(part, defs)}`);
    return `dict(${parts.join(", ")})`;
  }
  return additionalProperties === undefined
    ? "dict(str, Any)"
    : `dict(str, ${typeOf(additionalProperties, defs)})`;
}

function isFile({ properties }: JsonObject): boolean {
  return isObject(properties) && "path" in properties && "meta" in properties;
}

function definitionsOf(schema: Json | undefined): JsonObject {
  return isObject(schema) && isObject(schema["$defs"]) ? schema["$defs"] : {};
}

function literal(value: Json): string {
  if (typeof value === "string") return `'${value.replace(/['\\]/g, "\\$&")}'`;
  if (value === null) return "None";
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
