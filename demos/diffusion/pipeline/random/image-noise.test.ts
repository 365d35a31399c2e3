import { expect, test } from "vitest";
import { ImageNoise, type ImageNoiseOptions } from "./image-noise.ts";
import { createRandomSource } from "./random-source.ts";

const shape = { channels: 4, height: 8, width: 6 };
const size = 4 * 8 * 6;

test("each picture draws the same alone and beside others", () => {
  const batch = new ImageNoise({ seeds: [3, 4], shape });
  const alone = new ImageNoise({ seeds: [4], shape });
  for (let draw = 0; draw < 3; draw++) expect(batch.next().subarray(size)).toEqual(alone.next());
});

test("the noise of a seed is the source's consecutive tensors", () => {
  const noise = new ImageNoise({ seeds: [3], shape, source: "CPU" });
  const source = createRandomSource("CPU", 3);
  expect(noise.next()).toEqual(source.normal(size));
  expect(noise.next()).toEqual(source.normal(size));
});

test.each([
  [0, 3],
  [1, 9],
])("a variation of strength %i is the noise of seed %i", (variationStrength, seed) => {
  const varied = new ImageNoise({ seeds: [3], shape, variationSeeds: [9], variationStrength }).next();
  const plain = new ImageNoise({ seeds: [seed], shape }).next();
  expect(largestDifference(varied, plain)).toBeLessThan(1e-6);
});

test("a variation keeps the length of every column between those of its ends", () => {
  const varied = new ImageNoise({ seeds: [3], shape, variationSeeds: [9], variationStrength: 0.4 }).next();
  const [low, high] = [3, 9].map((seed) => new ImageNoise({ seeds: [seed], shape }).next());
  // Along the height: what is mixed is one column of one channel.
  const column = (noise: Float32Array) => [0, 1, 2, 3, 4, 5, 6, 7].map((row) => noise[row * 6 + 2]!);
  const [a, b, mixed] = [column(low!), column(high!), column(varied)];
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const angle = Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
  const expected = a.map(
    (value, i) => (Math.sin(0.6 * angle) * value + Math.sin(0.4 * angle) * b[i]!) / Math.sin(angle),
  );
  mixed.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test("a variation towards the same seed changes nothing", () => {
  const varied = new ImageNoise({ seeds: [3], shape, variationSeeds: [3], variationStrength: 0.7 }).next();
  expect(largestDifference(varied, new ImageNoise({ seeds: [3], shape }).next())).toBeLessThan(1e-6);
});

test("noise known from a smaller picture lies in the middle of fresh noise of the true size", () => {
  const resized = new ImageNoise({ seeds: [3], shape, resizeFrom: { height: 4, width: 3 } }).next();
  const fresh = createRandomSource("NV", 3).normal(size);
  const known = createRandomSource("NV", 3).normal(4 * 4 * 3);
  const at = (noise: Float32Array, [channel, row, column]: readonly [number, number, number]) =>
    noise[(channel * 8 + row) * 6 + column];
  expect(at(resized, [1, 2, 1])).toBe(known[1 * 12]);
  expect(at(resized, [3, 5, 3])).toBe(known[3 * 12 + 11]);
  expect(at(resized, [1, 1, 1])).toBe(at(fresh, [1, 1, 1]));
  expect(at(resized, [1, 2, 0])).toBe(at(fresh, [1, 2, 0]));
  expect(at(resized, [1, 2, 4])).toBe(at(fresh, [1, 2, 4]));
});

test("of noise known from a larger picture the middle is taken", () => {
  const resized = new ImageNoise({ seeds: [3], shape, resizeFrom: { height: 12, width: 10 } }).next();
  const known = createRandomSource("NV", 3).normal(4 * 12 * 10);
  expect(resized[0]).toBe(known[2 * 10 + 2]);
  expect(resized.at(-1)).toBe(known[(3 * 12 + 9) * 10 + 7]);
});

test("later noise is the same whether the first was varied, resized or plain", () => {
  const variants: Partial<ImageNoiseOptions>[] = [
    {},
    { variationSeeds: [9], variationStrength: 0.3 },
    { resizeFrom: { height: 4, width: 4 } },
  ];
  const seconds = variants.map((variant) => {
    const noise = new ImageNoise({ seeds: [3], shape, ...variant });
    noise.next();
    return noise.next();
  });
  expect(seconds[1]).toEqual(seconds[0]);
  expect(seconds[2]).toEqual(seconds[0]);
});

test("a seed delta leaves the first tensor alone and starts later noise from the shifted seed", () => {
  const noise = new ImageNoise({ seeds: [3], shape, seedDelta: 31337 });
  expect(noise.next()).toEqual(createRandomSource("NV", 3).normal(size));
  expect(noise.next()).toEqual(createRandomSource("NV", 3 + 31337).normal(size));
});

test.each<[string, Partial<ImageNoiseOptions>]>([
  ["Noise expects one seed for each picture, got none.", { seeds: [] }],
  ["The variation strength is a number from 0 to 1, got 1.5.", { variationStrength: 1.5 }],
  ["Noise expects 1 variation seeds, one for each picture, got 2.", { variationSeeds: [1, 2] }],
  [
    "Noise expects whole sizes of at least 1, got 4 × 8 × 6 × 0 × 1.",
    { resizeFrom: { height: 0, width: 1 } },
  ],
  ["The seed delta is a whole number that keeps seeds at 0 or above, got -5.", { seedDelta: -5 }],
])("refused: %s", (message, options) => {
  expect(() => new ImageNoise({ seeds: [3], shape, ...options })).toThrow(
    expect.objectContaining({ code: "NOISE_OPTION", message }),
  );
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
