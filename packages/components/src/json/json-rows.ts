import type { Json } from "@vitrine/core";

/** One line of the tree. */
export interface JsonRow {
  /** Names its place: keys and indices, joined. */
  readonly path: string;
  /** The row it belongs to; undefined for the first. */
  readonly parent: string | undefined;
  readonly level: number;
  /** Key or index; undefined for the first. */
  readonly name: string | number | undefined;
  readonly value: Json;
  /** Whether it opens; undefined for values without members. */
  readonly isOpen: boolean | undefined;
  /** How many members stand behind "more"; 0 for ordinary rows. */
  readonly hidden: number;
  readonly position: number;
  readonly siblings: number;
}

/** Levels that are open at first. */
const openLevels = 3;
/** Members of one list or object drawn at once. */
export const pageSize = 100;

export interface TreeState {
  readonly isOpenAtFirst: boolean;
  /** Opened and closed by the visitor. */
  readonly toggled: ReadonlyMap<string, boolean>;
  /** How many members a path shows, where the visitor asked for more than the first ones. */
  readonly shown: ReadonlyMap<string, number>;
}

/** The lines to draw, from top to bottom. */
export function toRows(value: Json, state: TreeState): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  addRows(
    value,
    { path: "$", parent: undefined, level: 1, name: undefined, position: 1, siblings: 1 },
    { rows, state },
  );
  return rows;
}

/** The members of an object or a list; undefined for other values and for empty ones. */
export function membersOf(value: Json): readonly (readonly [string | number, Json])[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const members = Array.isArray(value)
    ? (value as readonly Json[]).map((item, index) => [index, item] as const)
    : Object.entries(value);
  return members.length > 0 ? members : undefined;
}

type Place = Pick<JsonRow, "path" | "parent" | "level" | "name" | "position" | "siblings">;

function addRows(
  value: Json,
  place: Place,
  { rows, state }: { readonly rows: JsonRow[]; readonly state: TreeState },
): void {
  const members = membersOf(value);
  const isOpen =
    members && (state.toggled.get(place.path) ?? (state.isOpenAtFirst || place.level <= openLevels));
  rows.push({ ...place, value, isOpen, hidden: 0 });
  if (!members || !isOpen) return;
  const inside = { parent: place.path, level: place.level + 1, siblings: members.length };
  const count = state.shown.get(place.path) ?? pageSize;
  for (const [index, [name, item]] of members.slice(0, count).entries()) {
    addRows(
      item,
      { ...inside, path: `${place.path}/${String(name).replaceAll("/", "~1")}`, name, position: index + 1 },
      { rows, state },
    );
  }
  const hidden = members.length - count;
  if (hidden <= 0) return;
  rows.push({
    ...inside,
    path: `${place.path}/~more`,
    name: undefined,
    position: count + 1,
    value: null,
    isOpen: undefined,
    hidden,
  });
}
