import { describe, expect, test } from "vitest";
import { Slider } from "./slider.ts";

describe("Slider", () => {
  test("gives the function the number the visitor chose, rounded to the precision", () => {
    expect(new Slider({ precision: 1 }).preprocess(3.14)).toBe(3.1);
  });

  test("refuses a number outside its range, naming label, range and number", () => {
    const slider = new Slider({ label: "Strength", minimum: 1, maximum: 5 });
    expect(() => slider.preprocess(6)).toThrow('"Strength" expected a number from 1 to 5, got 6.');
  });

  test("shows the minimum for null", () => {
    expect(new Slider({ minimum: 2, maximum: 3 }).postprocess(null)).toBe(2);
  });

  test.each([NaN, Infinity])("refuses to show %s", (value) => {
    expect(() => new Slider().postprocess(value)).toThrow(/finite number/);
  });

  test("begins at a random value on its steps, another for each page, when asked to", () => {
    const { value } = new Slider({ minimum: 0, maximum: 1, step: 0.25, randomize: true }).options;
    const drawn = new Set(
      Array.from({ length: 200 }, () => (typeof value === "function" ? value() : undefined)),
    );
    expect([...drawn].map(Number).toSorted((a, b) => a - b)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  test("refuses a range that is none, when it is constructed", () => {
    expect(() => new Slider({ minimum: 5, maximum: 5 })).toThrow(/minimum below maximum/);
  });
});
