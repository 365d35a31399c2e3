import { expect, test } from "vitest";
import { pixelAt } from "./pixel-at.ts";

const picture = { width: 400, height: 200 };

test("a picture shown at half its size has two pixels for each of the screen's", () => {
  expect(pixelAt({ x: 10, y: 20 }, { box: { width: 200, height: 100 }, picture })).toEqual([20, 40]);
});

test("beside a picture that does not fill its box there are no pixels", () => {
  const box = { width: 200, height: 200 };
  expect(pixelAt({ x: 100, y: 50 }, { box, picture })).toEqual([200, 0]);
  expect(pixelAt({ x: 100, y: 49 }, { box, picture })).toBeUndefined();
  expect(pixelAt({ x: 199.9, y: 149.9 }, { box, picture })).toEqual([399, 199]);
  expect(pixelAt({ x: 100, y: 150 }, { box, picture })).toBeUndefined();
});
