import { expect, test } from "vitest";
import { chooseHiddenState } from "./clip-skip.ts";

test("SD 1 counts from the last layer and normalises what it takes", () => {
  expect(chooseHiddenState({ layers: 12, family: "sd1" })).toEqual({
    index: 12,
    needsFinalNorm: true,
    isLastHiddenState: true,
  });
  expect(chooseHiddenState({ clipSkip: 2, layers: 12, family: "sd1" })).toEqual({
    index: 11,
    needsFinalNorm: true,
    isLastHiddenState: false,
  });
  expect(chooseHiddenState({ clipSkip: 12, layers: 12, family: "sd2" }).index).toBe(1);
});

test("SDXL takes the layer before the last whatever the clip skip, unless told", () => {
  expect(chooseHiddenState({ clipSkip: 4, layers: 32, family: "sdxl" })).toEqual({
    index: 31,
    needsFinalNorm: false,
    isLastHiddenState: false,
  });
  expect(chooseHiddenState({ clipSkip: 4, layers: 32, family: "sdxl", appliesToSdxl: true }).index).toBe(28);
});

test.each([0, 13, 1.5])("a clip skip of %s is refused", (clipSkip) => {
  expect(() => chooseHiddenState({ clipSkip, layers: 12, family: "sd1" })).toThrow(
    `Expected a clip skip from 1 to 12, the layers of the text encoder, got ${clipSkip}.`,
  );
});
