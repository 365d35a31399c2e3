import { expect, test } from "vitest";
import { fromHalf, toHalf } from "./half.ts";

test("every half survives the way to a float and back", () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const isNumber = (bits: number) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0;
  const numbers = all.filter(isNumber);
  expect(toHalf(fromHalf(numbers))).toEqual(numbers);
});

test("what is no number stays none", () => {
  expect(fromHalf(toHalf(Float32Array.of(Number.NaN)))[0]).toBeNaN();
});

test("floats take the nearest half, ties the even one", () => {
  const step = 2 ** -10;
  const values = [
    1 + step / 2,
    1 + 1.5 * step,
    1 + 0.51 * step,
    65_519,
    65_520,
    2 ** -25,
    1.5 * 2 ** -25,
    -1e-10,
  ];
  const halves = fromHalf(toHalf(Float32Array.from(values)));
  expect([...halves]).toEqual([1, 1 + 2 * step, 1 + step, 65_504, Infinity, 0, 2 ** -24, -0]);
});
