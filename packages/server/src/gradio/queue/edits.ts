import type { Json, JsonObject } from "@vitrine/core";

type Path = readonly (string | number)[];

/** One change of an output's value, as Gradio's clients apply it: operation, place, value. */
export type Edit = readonly [op: "replace" | "append" | "add" | "delete", path: Path, value: Json];

/** Smaller lists and objects are sent whole. */
const wholeBelow = 64 << 10;

/**
 * The edits that turn `before` into `after`; none when they are equal.
 *
 * The JavaScript client applies edits inside lists and objects to the very ones it gave its user before, so these are
 * replaced whole, unless they are so large that sending each version of them would cost more than that is worth.
 */
export function editsBetween(before: Json, after: Json): readonly Edit[] {
  if (isContainer(before) && isContainer(after)) {
    if (isEqual(before, after)) return [];
    if (roughSize(after) < wholeBelow) return [["replace", [], after]];
  }
  const edits: Edit[] = [];
  collect(before, after, { path: [], edits });
  return edits;
}

/** About how many bytes a value takes as text, without writing it. */
export function roughSize(value: Json): number {
  if (typeof value === "string") return value.length + 2;
  if (!isContainer(value)) return 8;
  let size = 2;
  if (isList(value)) for (const item of value) size += roughSize(item) + 1;
  else for (const key in value) size += key.length + 4 + roughSize(value[key] ?? null);
  return size;
}

interface Collector {
  readonly path: Path;
  readonly edits: Edit[];
}

function collect(before: Json, after: Json, into: Collector): void {
  if (before === after) return;
  if (typeof before === "string" && typeof after === "string" && before !== "" && after.startsWith(before)) {
    into.edits.push(["append", into.path, after.slice(before.length)]);
    return;
  }
  if (isList(before) && isList(after)) return collectList(before, after, into);
  if (isObject(before) && isObject(after) && !isDangerous(before) && !isDangerous(after))
    return collectObject(before, after, into);
  if (!isEqual(before, after)) into.edits.push(["replace", into.path, after]);
}

function collectList(before: readonly Json[], after: readonly Json[], { path, edits }: Collector): void {
  const shared = Math.min(before.length, after.length);
  for (let index = 0; index < shared; index++)
    collect(before[index] ?? null, after[index] ?? null, { path: [...path, index], edits });
  // From the end, so that no delete moves the place of another.
  for (let index = before.length - 1; index >= after.length; index--)
    edits.push(["delete", [...path, index], null]);
  for (let index = before.length; index < after.length; index++)
    edits.push(["add", [...path, index], after[index] ?? null]);
}

function collectObject(before: JsonObject, after: JsonObject, { path, edits }: Collector): void {
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) edits.push(["delete", [...path, key], null]);
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === undefined) edits.push(["add", [...path, key], value]);
    else collect(old, value, { path: [...path, key], edits });
  }
}

/** A client that followed a path through this key would change what all its objects inherit. */
function isDangerous(value: JsonObject): boolean {
  return Object.hasOwn(value, "__proto__");
}

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index] ?? null));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key] ?? null, b[key] ?? null))
  );
}

function isContainer(value: Json): value is readonly Json[] | JsonObject {
  return typeof value === "object" && value !== null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return isContainer(value) && !isList(value);
}
