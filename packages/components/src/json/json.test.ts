import { parsePayload } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { JSON as JSONComponent } from "./json.ts";

const component = new JSONComponent({ label: "Data" });

describe("JSON", () => {
  test.each([[{ a: [1, "x", null, true, { b: {} }] }], [[1, 2]], [5], [false], [null]])(
    "shows %j as it is",
    (value) => {
      expect(component.postprocess(value)).toEqual(value);
    },
  );

  test("takes a text for JSON text", () => {
    expect(component.postprocess('{"a": [1]}')).toEqual({ a: [1] });
    expect(() => component.postprocess("{a: 1}")).toThrow(/^"Data" expected JSON text, got "\{a: 1\}"/);
  });

  test("shows dates as text, typed arrays as lists, and leaves absent members out", () => {
    const value = { at: new Date(0), pixels: new Uint8Array([1, 2]), none: undefined, list: [undefined, 1] };
    expect(component.postprocess(value)).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      pixels: [1, 2],
      list: [null, 1],
    });
  });

  test("shows the fields of an object of a class, and a member named __proto__ as such", () => {
    class Point {
      x = 1;
      y = 2;
    }
    expect(component.postprocess(new Point())).toEqual({ x: 1, y: 2 });
    expect(Object.keys(component.postprocess('{"__proto__": {"a": 1}}') as object)).toEqual(["__proto__"]);
  });

  const circle: { self?: unknown } = {};
  circle.self = [circle];
  test.each([
    [{ a: { b: [0, NaN] } }, "at $.a.b[1]: NaN has no place in JSON"],
    [{ "odd key": () => 1 }, 'at $["odd key"]: a function has no place in JSON'],
    [[1n], "at $[0]: a bigint has no place in JSON"],
    [{ m: new Map() }, "at $.m: a Map has no place in JSON"],
    [{ p: Promise.resolve() }, "at $.p: a Promise has no place in JSON"],
    [circle, "at $.self[0]: it contains itself"],
    [Symbol("s"), "at $: a symbol has no place in JSON"],
  ])("refuses what JSON cannot hold, naming its place", (value, message) => {
    expect(() => component.postprocess(value as object)).toThrow(message);
  });

  test("refuses data that nests deeper than a message can", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 80; level++) deep = { a: deep };
    expect(() => component.postprocess(deep as object)).toThrow(/it nests more than 50 levels/);
  });

  test("the same object in two places is no circle", () => {
    const shared = { x: 1 };
    expect(component.postprocess([shared, shared])).toEqual([{ x: 1 }, { x: 1 }]);
  });

  test("gives the function the data, and refuses a payload that is none", () => {
    expect(component.preprocess({ a: 1 })).toEqual({ a: 1 });
    expect(() => parsePayload(component, { a: NaN })).toThrow(/"Data" expected/);
  });
});
