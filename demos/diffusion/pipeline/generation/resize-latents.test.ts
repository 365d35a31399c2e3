import { expect, test } from "vitest";
import { resizeLatents } from "./resize-latents.ts";

const row = (data: number[]) => ({
  data: Float32Array.from(data),
  channels: 1,
  height: 1,
  width: data.length,
});

/** Values of torch.nn.functional.interpolate on [0, 1, 4, 9], to 7 and to 2 places. */
test.each([
  ["nearest", false, 7, [0, 0, 1, 1, 4, 4, 9]],
  ["nearest-exact", false, 7, [0, 0, 1, 4, 4, 9, 9]],
  ["bilinear", false, 8, [0, 0.25, 0.75, 1.75, 3.25, 5.25, 7.75, 9]],
  ["bilinear", false, 2, [0.5, 6.5]],
  ["bilinear", true, 2, [1.285714, 5.857143]],
] as const)("%s (antialiased: %s) to %d places", (mode, isAntialiased, width, expected) => {
  const { data } = resizeLatents(row([0, 1, 4, 9]), { height: 1, width }, { mode, isAntialiased });
  expect([...data].map((value) => Number(value.toFixed(6)))).toEqual(expected);
});

test("bicubic curves go through a line, and weigh planes and rows apart", () => {
  const planes = {
    data: Float32Array.from({ length: 2 * 6 * 6 }, (_, i) => i % 36),
    channels: 2,
    height: 6,
    width: 6,
  };
  const { data, height, width } = resizeLatents(planes, { height: 12, width: 12 }, { mode: "bicubic" });
  expect([height, width, data.length]).toEqual([12, 12, 288]);
  expect(data[6 * 12 + 6]! - data[6 * 12 + 5]!).toBeCloseTo(0.5);
  expect(data[6 * 12 + 6]! - data[5 * 12 + 6]!).toBeCloseTo(3);
  expect(data.slice(0, 144)).toEqual(data.slice(144));
});
