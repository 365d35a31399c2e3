import { describe, expect, test } from "vitest";
import { Number } from "./number.ts";

describe("Number", () => {
  test("gives the function the number, rounded to the precision", () => {
    expect(new Number({ precision: 0 }).preprocess(2.6)).toBe(3);
    expect(new Number().preprocess(-0.125)).toBe(-0.125);
  });

  test("refuses an empty box, unless it is not required", () => {
    expect(() => new Number({ label: "Guests" }).preprocess(null)).toThrow(
      '"Guests" expected a number, got none.',
    );
    expect(new Number({ required: false }).preprocess(null)).toBeNull();
  });

  test.each([
    { options: { minimum: 1 }, payload: 0, words: "of at least 1, got 0" },
    { options: { maximum: 9 }, payload: 10, words: "of at most 9, got 10" },
    { options: { minimum: 1, maximum: 9 }, payload: 1e300, words: "from 1 to 9, got 1e+300" },
  ])("refuses $payload with $options", ({ options, payload, words }) => {
    expect(() => new Number(options).preprocess(payload)).toThrow(words);
  });

  test("rounding keeps numbers too large to have decimals", () => {
    expect(new Number({ precision: 15 }).preprocess(1e300)).toBe(1e300);
  });

  test.each([NaN, Infinity, "12", {}])("refuses to show %o", (value) => {
    expect(() => new Number().postprocess(value as number)).toThrow(
      expect.objectContaining({ code: "VALUE_NOT_SHOWN" }),
    );
  });

  test("shows an empty box for null, and at first", async () => {
    expect(new Number().postprocess(null)).toBeNull();
    expect(await new Number().initialPayload({} as never)).toBeNull();
  });

  test.each([{ minimum: 2, maximum: 1 }, { step: 0 }, { precision: -1 }, { precision: 0.5 }])(
    "refuses %o when constructed",
    (options) => {
      expect(() => new Number(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    },
  );
});
