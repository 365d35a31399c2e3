import { parsePayload } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { Label } from "./label.ts";

describe("Label", () => {
  test("sorts the classes by confidence, best first, and names the best", () => {
    expect(new Label().postprocess({ dog: 0.1, cat: 0.7, owl: 0.2 })).toEqual({
      label: "cat",
      confidences: [
        { label: "cat", confidence: 0.7 },
        { label: "owl", confidence: 0.2 },
        { label: "dog", confidence: 0.1 },
      ],
    });
  });

  test("keeps only the top classes when told to", () => {
    expect(new Label({ numTopClasses: 1 }).postprocess({ dog: 0.1, cat: 0.9 })?.confidences).toEqual([
      { label: "cat", confidence: 0.9 },
    ]);
  });

  test("shows a text or a number by itself, and nothing for null or no classes", () => {
    expect(new Label().postprocess("cat")).toEqual({ label: "cat" });
    expect(new Label().postprocess(42)).toEqual({ label: 42 });
    expect(new Label().postprocess(null)).toBeNull();
    expect(new Label().postprocess({})).toBeNull();
  });

  test.each([
    [{ cat: NaN }, 'expected a finite number as confidence of "cat", got NaN'],
    [{ cat: "0.9" }, 'expected a finite number as confidence of "cat", got "0.9"'],
    [[0.1], "shows { class: confidence }, a text or a finite number, got an array of 1"],
    [Infinity, "got Infinity"],
  ])("refuses to show %j", (value, message) => {
    expect(() => new Label().postprocess(value as never)).toThrow(message);
  });

  test("gives a function what was shown, in the same shape", () => {
    const label = new Label();
    expect(label.preprocess(label.postprocess({ cat: 0.9, dog: 0.1 }))).toEqual({ cat: 0.9, dog: 0.1 });
    expect(label.preprocess({ label: "cat" })).toBe("cat");
    expect(label.preprocess(null)).toBeNull();
  });

  test("refuses a payload whose confidence is no number", () => {
    expect(() =>
      parsePayload(new Label(), { label: "a", confidences: [{ label: "a", confidence: "1" }] }),
    ).toThrow(/expected/);
  });

  test.each([
    { numTopClasses: 0 },
    { numTopClasses: 1.5 },
    { color: "red; fill: url(x)" },
    { color: "url(#a)" },
  ])("refuses the options %j", (options) => {
    expect(() => new Label(options)).toThrow(/Label expected/);
  });
});
