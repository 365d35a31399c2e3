import { expect, test } from "vitest";
import { numpyLog } from "./numpy-log.ts";

test.each([
  // Here NumPy is one unit in the last place off the rounded logarithm.
  [0.31456935, -1.1565506],
  [3.173781, 1.1549237],
  [10.0564, 2.3082094],
  [1.1440862, 0.13460629],
  [2.6453009, 0.97278476],
  [0.096575506, -2.3374302],
  [221.2206, 5.3991604],
  [1, 0],
])("the logarithm of the float32 %d is NumPy's, %d, to the last bit", (x, logarithm) => {
  expect(numpyLog(Math.fround(x))).toBe(Math.fround(logarithm));
});
