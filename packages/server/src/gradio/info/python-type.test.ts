import type { JsonObject } from "@vitrine/core";
import { expect, test } from "vitest";
import { fileSchema, filesSchema, imageSchema } from "../wire/file-schemas.ts";
import { pythonType } from "./python-type.ts";

const cases: readonly (readonly [JsonObject, string])[] = [
  [{ type: "string" }, "str"],
  [{ type: "integer" }, "int"],
  [{ type: "number", description: "numeric value between 0 and 1" }, "float"],
  [{ type: "boolean" }, "bool"],
  [{ type: "null" }, "None"],
  [{}, "Any"],
  [{ type: {}, description: "any valid json" }, "str | float | bool | list | dict"],
  [{ enum: ["a", "it's", 2], title: "Radio" }, "Literal['a', 'it\\'s', 2]"],
  [{ const: "text" }, "Literal[text]"],
  [{ type: "array", items: { type: "string" } }, "list[str]"],
  [{ type: "array", prefixItems: [{ type: "string" }, { type: "null" }] }, "tuple[str, None]"],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, "str | None"],
  [{ type: "object", properties: { a: { type: "number" } } }, "dict(a: float)"],
  [{ type: "object", additionalProperties: { type: "string" } }, "dict(str, str)"],
  [fileSchema, "filepath"],
  [filesSchema, "list[filepath]"],
  [imageSchema, "filepath"],
];

test.for(cases)("%j is %s in Python", ([schema, type]) => {
  expect(pythonType(schema)).toBe(type);
});
