import { describe, expect, test } from "vitest";
import { toRows, type TreeState } from "./json-rows.ts";

const state: TreeState = { isOpenAtFirst: false, toggled: new Map(), shown: new Map() };
const names = (value: object, options: Partial<TreeState> = {}) =>
  toRows(value as never, { ...state, ...options }).map((row) => row.name ?? row.path);

describe("toRows", () => {
  const deep = { a: { b: { c: { d: 1 } } } };

  test("opens the first three levels", () => {
    expect(names(deep)).toEqual(["$", "a", "b", "c"]);
  });

  test("opens all levels when asked to", () => {
    expect(names(deep, { isOpenAtFirst: true })).toEqual(["$", "a", "b", "c", "d"]);
  });

  test("a level the visitor closed stays closed", () => {
    expect(names(deep, { toggled: new Map([["$/a", false]]) })).toEqual(["$", "a"]);
  });

  test("long lists show a hundred members, then how many are hidden", () => {
    const list = Array.from({ length: 250 }, (_, index) => index);
    const rows = toRows(list, state);
    expect(rows).toHaveLength(102);
    expect(rows.at(-1)).toMatchObject({ hidden: 150, parent: "$" });
    expect(toRows(list, { ...state, shown: new Map([["$", 300]]) })).toHaveLength(251);
  });

  test("keys with a slash do not share a place with nested ones", () => {
    const paths = toRows({ "a/b": 1, a: { b: 2 } }, state).map((row) => row.path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});
