import { expect, test } from "vitest";
import { heightProps, toCssLength } from "./css-size.ts";

test("a number is a length in pixels; text keeps its unit", () => {
  expect(heightProps({ height: 300, maxHeight: "60vh" })).toEqual({ height: "300px", maxHeight: "60vh" });
});

test.each([-1, NaN, "12", "calc(1px)", "1px;color:red", ""])("refuses %s, naming the option", (size) => {
  expect(() => toCssLength(size, "height")).toThrow(/height expected a number of pixels/);
});
