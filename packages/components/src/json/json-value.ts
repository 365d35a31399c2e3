import type { Json } from "@vitrine/core";

/** Messages may nest 64 levels; some of them are the message's own. */
const maxDepth = 50;

/** Why a value cannot be shown as JSON, and where it stands in it. */
export interface NotJson {
  readonly path: string;
  readonly reason: string;
}

/** The value as JSON holds it, or what in it JSON cannot hold. Typed arrays become lists; `toJSON()` is asked. */
export function toJson(value: unknown): { readonly json: Json } | { readonly notJson: NotJson } {
  try {
    return { json: convert(value, { path: "$", above: [] }) };
  } catch (error) {
    if (error instanceof NotJsonError) return { notJson: error };
    throw error;
  }
}

class NotJsonError extends Error implements NotJson {
  readonly path: string;
  readonly reason: string;

  constructor(place: Place, reason: string) {
    super(reason);
    this.path = place.path;
    this.reason = reason;
  }
}

interface Place {
  readonly path: string;
  /** The objects around it, to find circles. */
  readonly above: readonly object[];
}

function convert(value: unknown, place: Place): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new NotJsonError(place, `${value} has no place in JSON`);
  }
  if (typeof value !== "object")
    throw new NotJsonError(
      place,
      value === undefined ? "there is no value" : `a ${typeof value} has no place in JSON`,
    );
  if (place.above.includes(value)) throw new NotJsonError(place, "it contains itself");
  if (place.above.length >= maxDepth) throw new NotJsonError(place, `it nests more than ${maxDepth} levels`);
  return convertObject(value, { path: place.path, above: [...place.above, value] });
}

function convertObject(value: object, place: Place): Json {
  if (Array.isArray(value))
    return value.map((item: unknown, index) => convert(item ?? null, inside(place, `[${index}]`)));
  if ("toJSON" in value && typeof value.toJSON === "function")
    return convert(value.toJSON() as unknown, place);
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    return Array.from(value as unknown as Iterable<unknown>, (item, index) =>
      convert(item, inside(place, `[${index}]`)),
    );
  }
  if (Object.prototype.toString.call(value) !== "[object Object]" || value instanceof Promise) {
    throw new NotJsonError(place, `a ${value.constructor.name} has no place in JSON`);
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    // As JSON.stringify does: an absent member is not there.
    if (item !== undefined) entries.push([key, convert(item, inside(place, memberPath(key)))]);
  }
  return Object.fromEntries(entries);
}

function inside({ path, above }: Place, step: string): Place {
  return { path: path + step, above };
}

function memberPath(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
