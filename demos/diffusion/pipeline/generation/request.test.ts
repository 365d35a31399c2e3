import { expect, test } from "vitest";
import { parseRequest } from "./request.ts";

const picture = new Uint8Array(1);

test.each<[string, object]>([
  ["stepz", { stepz: 5 }],
  ["stepz", { stepz: undefined }],
  ["hires.stepz", { hires: { stepz: 5 } }],
  ["source.strenght", { source: { picture, strenght: 0.5 } }],
  ["source.mask.blurr", { source: { picture, mask: { picture, blurr: 4 } } }],
  ["seedResizeFrom.depth", { seedResizeFrom: { width: 64, height: 64, depth: 1 } }],
])("the unknown name %s is said", (name, change) => {
  expect(() => parseRequest({ prompt: "a", ...change })).toThrow(
    expect.objectContaining({
      code: "REQUEST_INVALID",
      message: `Expected the names of settings, got "${name}", which is none.`,
    }),
  );
});

test.each<[string, object, string]>([
  ["a side without end", { width: 1e7, height: 64 }, "width: expected <=16384, got 10000000."],
  ["half a pixel", { width: 64, height: 64.5 }, "height: expected a whole number, got 64.5."],
])("a size that a seed is known from: %s", (_, seedResizeFrom, message) => {
  expect(() => parseRequest({ prompt: "a", seedResizeFrom })).toThrow(
    expect.objectContaining({ code: "REQUEST_INVALID", message: `Setting seedResizeFrom.${message}` }),
  );
});

test("a hires pass of no strength would only cost time", () => {
  expect(() => parseRequest({ prompt: "a", hires: { strength: 0 } })).toThrow(
    expect.objectContaining({
      code: "REQUEST_INVALID",
      message: "Setting hires.strength: expected >0, got 0.",
    }),
  );
});
