import type { Json, JsonObject } from "../json.ts";
import type { EndpointDescription } from "../protocol/api-description.ts";
import { filesIn, scriptKey, toLiteral, type LiteralStyle } from "./literal.ts";
import { resultName, type SnippetCall, type SnippetTarget } from "./snippet.ts";

const style: LiteralStyle = {
  null: "null",
  true: "true",
  false: "false",
  key: scriptKey,
  file: (name) => `localFile(${JSON.stringify(name)})`,
};

/** A script for `vitrine/client`, with the types of what it calls. */
export function typescriptSnippet(calls: readonly SnippetCall[], { url }: SnippetTarget): string {
  const parameters = calls.flatMap((call) => Object.values(call.parameters));
  const hasFiles = parameters.some((value) => filesIn(value).length > 0);
  const endpoints = new Map(calls.map(({ endpoint }) => [endpoint.name, endpoint]));
  const types = [...endpoints.values()].map(describeType);
  const usesFiles = types.some((line) => line.includes("FileRef"));
  const names = ["connect", ...(usesFiles ? ["type FileRef"] : []), ...(hasFiles ? ["localFile"] : [])];
  return [
    `import { ${names.join(", ")} } from "vitrine/client";`,
    "",
    "interface App {",
    ...types,
    "}",
    "",
    `const app = await connect<App>(${JSON.stringify(url)});`,
    ...calls.flatMap((call, index) => writeCall(call, resultName(index, calls))),
    "app.close();",
    "",
  ].join("\n");
}

function writeCall({ endpoint, parameters }: SnippetCall, result: string): readonly string[] {
  const { name, isGenerator } = endpoint;
  const literal = toLiteral(parameters, style);
  if (isGenerator) {
    return [
      `for await (const ${result} of app.submit(${JSON.stringify(name)}, ${literal})) {`,
      `  console.log(${result});`,
      "}",
    ];
  }
  const member = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  return [`const ${result} = await app.call${member}(${literal});`, `console.log(${result});`];
}

function describeType({ name, parameters, returns }: EndpointDescription): string {
  const fields = parameters.map(
    (parameter) =>
      `${scriptKey(parameter.name)}${"default" in parameter ? "?" : ""}: ${toType(parameter.schema)}`,
  );
  const types = returns.map(({ schema }) => toType(schema));
  const returned = types.length === 0 ? "undefined" : types.length === 1 ? types[0] : `[${types.join(", ")}]`;
  const taken = fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`;
  return `  ${scriptKey(name)}: { parameters: ${taken}; returns: ${returned} };`;
}

/** The type that a JSON schema describes, as far as a reader wants to know it. */
export function toType(schema: Json | undefined): string {
  if (!isObject(schema)) return "unknown";
  const { type, anyOf, enum: values, const: only, items, properties } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return union(values.map((value: Json) => JSON.stringify(value)));
  if (Array.isArray(anyOf)) return union(anyOf.map((one: Json) => toType(one)));
  if (isObject(properties) && isObject(properties["kind"]) && properties["kind"]["const"] === "file")
    return "FileRef";
  if (isObject(properties)) {
    const required = Array.isArray(schema["required"]) ? (schema["required"] as readonly Json[]) : [];
    const fields = Object.entries(properties).map(
      ([name, value]) => `${scriptKey(name)}${required.includes(name) ? "" : "?"}: ${toType(value)}`,
    );
    return `{ ${fields.join("; ")} }`;
  }
  if (type === "array") return `(${toType(items)})[]`.replace(/^\((\w+)\)/, "$1");
  if (type === "object") return "Record<string, unknown>";
  if (type === "integer") return "number";
  return typeof type === "string" && plainTypes.has(type) ? type : "unknown";
}

const plainTypes: ReadonlySet<string> = new Set(["string", "number", "boolean", "null"]);

function union(types: readonly string[]): string {
  return types.includes("unknown") || types.length === 0 ? "unknown" : [...new Set(types)].join(" | ");
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
