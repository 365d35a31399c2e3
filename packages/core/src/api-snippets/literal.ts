import type { Json, JsonObject } from "../json.ts";

/** How a language writes JSON data and files. */
export interface LiteralStyle {
  readonly null: string;
  readonly true: string;
  readonly false: string;
  /** Writes the key of an object. */
  key(name: string): string;
  /** Writes a file that lies beside the script under this name. */
  file(name: string): string;
  /** Writes text. @default as JSON does */
  text?(text: string): string;
}

/** A payload as a language writes it; files become what the language opens them with. */
export function toLiteral(value: Json, style: LiteralStyle): string {
  if (value === null) return style.null;
  if (value === true) return style.true;
  if (value === false) return style.false;
  if (typeof value === "string") return style.text?.(value) ?? JSON.stringify(value);
  if (typeof value === "number") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => toLiteral(item, style)).join(", ")}]`;
  const object = value as JsonObject;
  const name = fileName(object);
  if (name !== undefined) return style.file(name);
  const entries = Object.entries(object).map(([key, item]) => `${style.key(key)}: ${toLiteral(item, style)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** The names of the files in a payload, each once. */
export function filesIn(value: Json): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const name = Array.isArray(value) ? undefined : fileName(value as JsonObject);
  if (name !== undefined) return [name];
  return [...new Set(Object.values(value).flatMap((item: Json) => filesIn(item)))];
}

/** The name in a reference to a file. */
function fileName(value: JsonObject): string | undefined {
  const { kind, name } = value;
  return kind === "file" && typeof name === "string" ? name : undefined;
}

/** A name as an object's key in JavaScript. */
export function scriptKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
