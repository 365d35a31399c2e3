import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { applyChanges, diffPayload } from "./patch.ts";

describe("changes of a payload", () => {
  test.each<[string, Json, Json, unknown]>([
    ["text that grew is appended to", "Hel", "Hello", [["append", [], "lo"]]],
    [
      "the last message of a history is appended to",
      [{ text: "a" }, { text: "b" }],
      [{ text: "a" }, { text: "bc" }],
      [["append", [1, "text"], "c"]],
    ],
    ["new items are appended", [1], [1, 2, 3], [["append", [], [2, 3]]]],
    ["a shorter list is cut", [1, 2, 3], [1], [["delete", [1]]]],
    ["a key that is gone is deleted", { a: 1, b: 2 }, { a: 1 }, [["delete", ["b"]]]],
    ["equal values change nothing", { a: [1] }, { a: [1] }, []],
    ["another kind of value replaces", "1", 1, [["set", [], 1]]],
    [
      "a key that every object answers to goes like any other",
      { toString: 1 },
      {},
      [["delete", ["toString"]]],
    ],
    ["and comes like any other", {}, { valueOf: {} }, [["set", ["valueOf"], {}]]],
    [
      "a key that means something to objects makes the whole payload go",
      { a: 1 },
      JSON.parse('{"a":1,"__proto__":{"b":2}}') as Json,
      [["set", [], JSON.parse('{"a":1,"__proto__":{"b":2}}')]],
    ],
  ])("%s", (_name, before, after, changes) => {
    expect(diffPayload(before, after)).toEqual(changes);
    expect(applyChanges(before, diffPayload(before, after))).toEqual(after);
  });

  test("any two values are bridged, 2000 random pairs", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2000; round++) {
      const before = randomJson(random, 4);
      const after = random() < 0.5 ? mutate(before, random) : randomJson(random, 4);
      expect(applyChanges(before, diffPayload(before, after))).toEqual(after);
    }
  });

  test("the payload before is left as it was", () => {
    const before = { list: [{ text: "a" }] };
    applyChanges(before, [["append", ["list", 0, "text"], "b"]]);
    expect(before).toEqual({ list: [{ text: "a" }] });
  });

  test("a path through __proto__ is refused", () => {
    expect(() => applyChanges({}, [["set", ["__proto__", "polluted"], true]])).toThrow(TypeError);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function randomJson(random: () => number, depth: number): Json {
  const kind = Math.floor(random() * (depth > 0 ? 6 : 4));
  if (kind === 0) return null;
  if (kind === 1) return Math.floor(random() * 3);
  if (kind === 2) return "ab".repeat(Math.floor(random() * 3));
  if (kind === 3) return random() < 0.5;
  if (kind === 4)
    return Array.from({ length: Math.floor(random() * 4) }, () => randomJson(random, depth - 1));
  return Object.fromEntries(
    ["x", "y", "z"].filter(() => random() < 0.6).map((key) => [key, randomJson(random, depth - 1)]),
  );
}

function mutate(value: Json, random: () => number): Json {
  if (typeof value === "string") return value + "c";
  if (Array.isArray(value)) return random() < 0.5 ? [...value, 1] : value.map((item) => mutate(item, random));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mutate(item, random)]));
  return randomJson(random, 2);
}
