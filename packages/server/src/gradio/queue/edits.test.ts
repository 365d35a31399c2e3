import type { Json } from "@vitrine/core";
import { expect, test } from "vitest";
import { editsBetween, roughSize, type Edit } from "./edits.ts";

/** Applies edits as the published clients do. */
function apply(value: Json, edits: readonly Edit[]): Json {
  let root = structuredClone(value) as Json;
  for (const [op, path, edit] of edits) {
    const change = structuredClone(edit) as Json;
    const last = path.at(-1);
    if (last === undefined) {
      root = op === "append" ? `${root as string}${change as string}` : change;
      continue;
    }
    let parent = root as never as Record<string | number, Json>;
    for (const key of path.slice(0, -1)) parent = parent[key] as never;
    if (op === "delete" && Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (op === "delete") delete parent[last];
    else if (op === "add" && Array.isArray(parent)) parent.splice(Number(last), 0, change);
    else if (op === "append") parent[last] = `${parent[last] as string}${change as string}`;
    else parent[last] = change;
  }
  return root;
}

test("text that grows is sent as what was added, and what is equal not at all", () => {
  expect(editsBetween("Hel", "Hello")).toEqual([["append", [], "lo"]]);
  expect(editsBetween("Hello", "Help")).toEqual([["replace", [], "Help"]]);
  expect(editsBetween("", "a")).toEqual([["replace", [], "a"]]);
  expect(editsBetween(null, "a")).toEqual([["replace", [], "a"]]);
  expect(editsBetween("a", null)).toEqual([["replace", [], null]]);
  expect(editsBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
});

test("lists and objects are sent whole, as clients change in place what they gave before", () => {
  expect(editsBetween([1], [1, 2])).toEqual([["replace", [], [1, 2]]]);
  expect(editsBetween({ a: 1 }, { a: 2 })).toEqual([["replace", [], { a: 2 }]]);
});

const long = "x".repeat(70_000);

test("large ones are sent as changes, deletes from the end", () => {
  const before = [long, { role: "user" }, [1, 2], [1, 2], "gone"];
  expect(editsBetween(before, [long, { role: "user" }, [1], [1]])).toEqual([
    ["delete", [2, 1], null],
    ["delete", [3, 1], null],
    ["delete", [4], null],
  ]);
  expect(editsBetween({ long, text: "a" }, { long, text: "ab", more: [] })).toEqual([
    ["append", ["text"], "b"],
    ["add", ["more"], []],
  ]);
});

test("a key that would change all objects of the client is never in a path", () => {
  const evil = JSON.parse(`{"long":"${long}","__proto__":{"polluted":true}}`) as Json;
  expect(editsBetween({ long, a: 1 }, evil)).toEqual([["replace", [], evil]]);
});

test("whatever changes into whatever, the edits lead there", () => {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const make = (depth: number): Json => {
    const kind = next(depth > 0 ? 6 : 4);
    if (kind === 0) return null;
    if (kind === 1) return next(3);
    if (kind === 2) return "abc".slice(0, next(4));
    if (kind === 3) return next(2) === 0;
    const items = Array.from({ length: next(4) }, () => make(depth - 1));
    return kind === 4 ? items : Object.fromEntries(items.map((item) => ["abcd".charAt(next(4)), item]));
  };
  for (let round = 0; round < 3000; round++) {
    const [before, after]: [Json, Json] = [
      [long, make(3)],
      [long, make(3)],
    ];
    expect(apply(before, editsBetween(before, after))).toEqual(after);
    const [small, other] = [make(3), make(3)];
    expect(apply(small, editsBetween(small, other))).toEqual(other);
  }
});

test("the size of a value is about that of its text", () => {
  for (const value of [long, [long, long], { a: long, b: [1, 2, null, true] }])
    expect(roughSize(value) / JSON.stringify(value).length).toBeCloseTo(1, 1);
});
