import { expect, test } from "vitest";
import { listJobSeeds, parseSeed } from "./seeds.ts";

const half = () => 0.5;

test.each([
  [0, 0],
  ["42", 42],
  [" 7 ", 7],
  [4294967295, 4294967295],
])("the seed %j is taken as it is", (typed, seed) => {
  expect(parseSeed(typed, half)).toBe(seed);
});

test.each(["", "  ", null, undefined, -1, "-1"])("%j asks for a random seed", (typed) => {
  expect(parseSeed(typed, half)).toBe(2147483647);
});

test.each([4294967296, "99999999999", -2, 1.5, "seed", Number.NaN])("%j is refused as a seed", (typed) => {
  expect(() => parseSeed(typed, half)).toThrow(
    expect.objectContaining({
      code: "SEED_INVALID",
      message: `Expected a seed from 0 to 4294967295, or -1 for a random one, got ${typed}.`,
    }),
  );
});

test("without variation the seed counts up from picture to picture", () => {
  expect(listJobSeeds({ seed: 10, variationSeed: 5, variationStrength: 0, count: 3 })).toEqual({
    seeds: [10, 11, 12],
    variationSeeds: [5, 6, 7],
  });
});

test("with variation the seed stays and the variation seed counts up", () => {
  expect(listJobSeeds({ seed: 10, variationSeed: 5, variationStrength: 0.1, count: 3 })).toEqual({
    seeds: [10, 10, 10],
    variationSeeds: [5, 6, 7],
  });
});

test("behind the largest seed comes 0, so that every seed that is written can be typed again", () => {
  const { seeds } = listJobSeeds({
    seed: 4294967295,
    variationSeed: 4294967294,
    variationStrength: 0,
    count: 3,
  });
  const varied = listJobSeeds({ seed: 1, variationSeed: 4294967295, variationStrength: 0.1, count: 2 });
  expect(seeds).toEqual([4294967295, 0, 1]);
  expect(varied.variationSeeds).toEqual([4294967295, 0]);
  for (const seed of [...seeds, ...varied.variationSeeds]) expect(parseSeed(seed, half)).toBe(seed);
});
