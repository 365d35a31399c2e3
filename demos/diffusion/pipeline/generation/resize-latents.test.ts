import { expect, test } from "vitest";
import { resizeLatents } from "./resize-latents.ts";

const row = (data: number[]) => ({
  data: Float32Array.from(data),
  channels: 1,
  height: 1,
  width: data.length,
});

/** What torch.nn.functional.interpolate makes of 0, 1, 4, 9. */
const recorded = [
  ["nearest", false, 7, [0, 0, 1, 1, 4, 4, 9]],
  ["nearest-exact", false, 7, [0, 0, 1, 4, 4, 9, 9]],
  ["bilinear", false, 8, [0, 0.25, 0.75, 1.75, 3.25, 5.25, 7.75, 9]],
  ["bilinear", false, 2, [0.5, 6.5]],
  ["bilinear", true, 2, [1, 5.71429]],
  ["bilinear", true, 7, [0, 0.35714, 0.92857, 2.5, 4.35714, 7.21429, 9]],
  ["bicubic", false, 8, [-0.10547, 0.12109, 0.45703, 1.60938, 2.82812, 5.44922, 7.97266, 9.52734]],
  ["bicubic", true, 7, [-0.07933, 0.18751, 0.86257, 2.25, 4.31849, 7.60428, 9.39664]],
  ["bicubic", true, 2, [0.60331, 6.08264]],
] as const;

test.each(recorded)("%s (antialiased: %s) to %d places", (mode, isAntialiased, width, expected) => {
  const { data } = resizeLatents(row([0, 1, 4, 9]), { height: 1, width }, { mode, isAntialiased });
  expect([...data].map((value, i) => Math.abs(value - expected[i]!) < 1e-5)).toEqual(
    expected.map(() => true),
  );
});

test("planes are resized apart from each other, columns as rows are", () => {
  const data = Float32Array.of(0, 0, 1, 1, 4, 4, 9, 9, 5, 5, 5, 5, 5, 5, 5, 5);
  const planes = { data, channels: 2, height: 4, width: 2 };
  const large = resizeLatents(planes, { height: 8, width: 2 }, { mode: "bilinear" });
  expect(large).toMatchObject({ channels: 2, height: 8, width: 2 });
  expect([...large.data.subarray(0, 16)]).toEqual(
    [0, 0.25, 0.75, 1.75, 3.25, 5.25, 7.75, 9].flatMap((v) => [v, v]),
  );
  expect([...large.data.subarray(16)]).toEqual(Array.from({ length: 16 }, () => 5));
});
