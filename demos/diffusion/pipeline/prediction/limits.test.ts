import { expect, test } from "vitest";
import { limitDenoised, type LimitOptions } from "./limits.ts";

const off: LimitOptions = {
  thresholding: false,
  dynamicThresholdingRatio: 0.5,
  sampleMaxValue: 10,
  clipSample: false,
  clipSampleRange: 2,
};

function limited(values: readonly number[], options: Partial<LimitOptions>, batch = 1): number[] {
  const out = Float32Array.from(values);
  limitDenoised(out, { ...off, ...options }, batch);
  return [...out];
}

test("without limits nothing changes", () => {
  expect(limited([-5, 0.5, 7], {})).toEqual([-5, 0.5, 7]);
});

test("clipping cuts at its range", () => {
  expect(limited([-5, 0.5, 7], { clipSample: true })).toEqual([-2, 0.5, 2]);
});

test("dynamic thresholding cuts at a quantile of each picture and scales to one", () => {
  // The middle of 1, 2, 4 is 2; that of 0.1, 0.2, 0.3 lies below 1, where nothing is scaled.
  expect(limited([-4, 1, 2, 0.5, 0.25, 0.125], { thresholding: true }, 2)).toEqual([
    -1, 0.5, 1, 0.5, 0.25, 0.125,
  ]);
});

test("the threshold stays below the largest allowed, and thresholding wins over clipping", () => {
  const options = { thresholding: true, clipSample: true, clipSampleRange: 0.1, sampleMaxValue: 1.5 };
  expect(limited([-4, 3, 6], options)).toEqual([-1, 1, 1]);
});

test("between two values the quantile is interpolated", () => {
  expect(limited([0, 4], { thresholding: true })).toEqual([0, 1]);
  expect(limited([1, 2, 3, 4], { thresholding: true, dynamicThresholdingRatio: 0.25 })[0]).toBeCloseTo(
    1 / 1.75,
    6,
  );
});
