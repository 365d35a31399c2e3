import { expect, test } from "vitest";
import { applyEmphasis, readEmphasis } from "./emphasis.ts";

test("brackets weigh, are dropped or are taken literally, by mode", () => {
  expect(readEmphasis("a (b)", "Original")).toEqual(readEmphasis("a (b)", "No norm"));
  expect(readEmphasis("a (b)", "No norm")).toMatchObject([{ weight: 1 }, { text: "b", weight: 1.1 }]);
  expect(readEmphasis("a (b) BREAK", "Ignore")).toMatchObject([
    { text: "a ", weight: 1 },
    { text: "b", weight: 1 },
    { kind: "text", text: "" },
    { kind: "break" },
    { text: "" },
  ]);
  expect(readEmphasis("a (b) BREAK", "None")).toEqual([{ kind: "text", text: "a (b) BREAK", weight: 1 }]);
});

test("No norm multiplies each vector by its weight", () => {
  const hidden = Float32Array.of(1, 2, 3, 4, 5, 6);
  applyEmphasis(hidden, [1, 2, 0.5], "No norm");
  expect([...hidden]).toEqual([1, 2, 6, 8, 2.5, 3]);
});

test("Original restores the mean of the whole chunk", () => {
  const hidden = Float32Array.of(1, 2, 3, 4, 5, 6);
  applyEmphasis(hidden, [1, 2, 0.5], "Original");
  const factor = 21 / 22.5;
  expect([...hidden]).toEqual([1, 2, 6, 8, 2.5, 3].map((value) => expect.closeTo(value * factor, 5)));
});

test.each(["Original", "No norm"] as const)("%s keeps numbers finite under any weight", (mode) => {
  const hidden = Float32Array.of(1, -2, 3, 4, 5, 6);
  applyEmphasis(hidden, [1, Infinity, -Infinity], mode);
  expect(hidden.every(Number.isFinite)).toBe(true);
});

test("Original leaves vectors alone that cancel each other out", () => {
  const hidden = Float32Array.of(1, 1);
  applyEmphasis(hidden, [1, -1], "Original");
  expect([...hidden]).toEqual([1, -1]);
});

test("Ignore, None and weights of 1 change nothing", () => {
  const hidden = Float32Array.of(1, 2);
  applyEmphasis(hidden, [3, 4], "Ignore");
  applyEmphasis(hidden, [3, 4], "None");
  applyEmphasis(hidden, [1, 1], "Original");
  expect([...hidden]).toEqual([1, 2]);
});

test("an output that does not divide into vectors is refused", () => {
  expect(() => applyEmphasis(new Float32Array(5), [1, 1], "Original")).toThrow(
    "Expected 2 vectors of one length, got 5",
  );
});
