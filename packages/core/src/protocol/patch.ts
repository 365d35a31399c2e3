import * as v from "valibot";
import type { Json, JsonObject } from "../json.ts";

const pathSchema = v.array(v.union([v.string(), v.number()]));

/**
 * One small change of a payload: `append` joins text to a string or items to a list; `set` replaces or adds the value
 * at a path; `delete` takes a key of an object away, or cuts a list to the length in its path's last part.
 */
export const changeSchema = v.union([
  v.tuple([v.literal("append"), pathSchema, v.any()]),
  v.tuple([v.literal("set"), pathSchema, v.any()]),
  v.tuple([v.literal("delete"), pathSchema]),
]);

type Path = readonly (string | number)[];
export type Change =
  | readonly ["append", Path, Json]
  | readonly ["set", Path, Json]
  | readonly ["delete", Path];

/** The changes that turn `before` into `after`; none when they are equal. Cost grows with what differs. */
export function diffPayload(before: Json, after: Json): readonly Change[] {
  const changes: Change[] = [];
  collect(before, after, { path: [], changes });
  return changes;
}

interface Collector {
  readonly path: Path;
  readonly changes: Change[];
}

function collect(before: Json, after: Json, into: Collector): void {
  if (before === after) return;
  if (typeof before === "string" && typeof after === "string" && before !== "" && after.startsWith(before)) {
    into.changes.push(["append", into.path, after.slice(before.length)]);
    return;
  }
  if (isList(before) && isList(after)) return collectList(before, after, into);
  if (isObject(before) && isObject(after)) return collectObject(before, after, into);
  into.changes.push(["set", into.path, after]);
}

function collectList(before: readonly Json[], after: readonly Json[], { path, changes }: Collector): void {
  const shared = Math.min(before.length, after.length);
  for (let index = 0; index < shared; index++) {
    collect(before[index] ?? null, after[index] ?? null, { path: [...path, index], changes });
  }
  if (after.length > before.length) changes.push(["append", path, after.slice(before.length)]);
  if (after.length < before.length) changes.push(["delete", [...path, after.length]]);
}

function collectObject(before: JsonObject, after: JsonObject, { path, changes }: Collector): void {
  // No path may lead through this key, so an object that has it goes as a whole.
  if (Object.hasOwn(before, "__proto__") || Object.hasOwn(after, "__proto__")) {
    changes.push(["set", path, after]);
    return;
  }
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) changes.push(["delete", [...path, key]]);
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === undefined) changes.push(["set", [...path, key], value]);
    else collect(old, value, { path: [...path, key], changes });
  }
}

/** The payload after the changes; `payload` itself is left as it was, and unchanged parts are shared. */
export function applyChanges(payload: Json, changes: readonly Change[]): Json {
  return changes.reduce<Json>((current, change) => applyAt(current, change, 0), payload);
}

function applyAt(current: Json, change: Change, depth: number): Json {
  const [kind, path] = change;
  if (depth === path.length)
    return kind === "append" ? append(current, change[2]) : kind === "set" ? change[2] : null;
  const key = path[depth];
  const isLast = depth === path.length - 1;
  if (isList(current) && typeof key === "number") {
    if (kind === "delete" && isLast) return current.slice(0, key);
    const copy = [...current];
    copy[key] = applyAt(current[key] ?? null, change, depth + 1);
    return copy;
  }
  if (!isObject(current) || typeof key !== "string" || key === "__proto__")
    throw new TypeError(`No place ${path.join(".")} in the payload.`);
  if (kind === "delete" && isLast) {
    const { [key]: _gone, ...rest } = current;
    return rest;
  }
  return { ...current, [key]: applyAt(current[key] ?? null, change, depth + 1) };
}

function append(current: Json, addition: Json): Json {
  if (typeof current === "string" && typeof addition === "string") return current + addition;
  if (isList(current) && isList(addition)) return [...current, ...addition];
  throw new TypeError("Only text and lists can be appended to.");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
