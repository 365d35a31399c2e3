import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toPicture, type Picture } from "../../images/picture.ts";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { boxMask, gradient, modelFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs, type GraphRun } from "../fixtures/watch-graphs.ts";
import { ImageNoise } from "../random/image-noise.ts";
import { createNoiseTable, timestepToSigma } from "../schedules/noise-table.ts";
import type { GenerateRequest, MaskedContent, SourceRequest } from "./request.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1-layers") });
});
afterAll(() => pipeline.close());

/** What the model's folder says of its training and its latents. */
const table = createNoiseTable({ betaSchedule: "scaled_linear", betaStart: 0.00085, betaEnd: 0.012 });
const scaling = 1.3;

const base: GenerateRequest = {
  prompt: "a",
  seed: 7,
  steps: 8,
  cfgScale: 1,
  sampler: "Euler",
  preview: "none",
};

/** The latents that the first step sets out from, and their noise level. */
function startOf(runs: readonly GraphRun[]) {
  const { sample, timestep } = runsOf(runs, "unet")[0]!.feeds;
  const sigma = timestepToSigma(table, timestep!.data[0]!);
  return { latents: sample!.data.map((value) => value * Math.hypot(sigma, 1)), sigma };
}

/** The picture that the encoder was given. */
function encoded(runs: readonly GraphRun[]) {
  const { data, dims } = runsOf(runs, "vae_encoder")[0]!.feeds["sample"]!;
  const [, , height = 0, width = 0] = dims;
  const at = (x: number, y: number) =>
    [0, 1, 2].map((colour) => Math.round((data[(colour * height + y) * width + x]! + 1) * 127.5));
  return { width, height, at };
}

const watchSource = (source: SourceRequest, request: Partial<GenerateRequest> = {}) =>
  watchGraphs(() => pipeline.generate({ ...base, ...request, source }));

function pixel({ data, width }: Picture, x: number, y: number): number[] {
  return [...data.subarray(3 * (width * y + x), 3 * (width * y + x) + 3)];
}

function largestDifference(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
}

const box = { left: 32, top: 24, right: 96, bottom: 72 };
const isInside = (x: number, y: number) => x >= box.left && x < box.right && y >= box.top && y < box.bottom;

describe("under a mask, at the first step", () => {
  const picture = gradient(128, 96);
  const noise = new ImageNoise({ seeds: [7], shape: { channels: 4, height: 12, width: 16 } }).next();
  const isInHole = (i: number) => isInside(8 * (i % 16), 8 * (Math.floor(i / 16) % 12));

  test.each<[MaskedContent, (old: number, noise: number, sigma: number) => number]>([
    ["latent nothing", (_, drawn, sigma) => sigma * drawn],
    ["latent noise", (_, drawn, sigma) => (1 + sigma) * drawn],
    ["original", (old, drawn, sigma) => old + sigma * drawn],
  ])("%s is what the hole holds, and around it is the noisy picture", async (content, expected) => {
    const mask = { picture: boxMask(picture, box), blur: 0, content };
    const runs = await watchSource({ picture, strength: 0.5, mask });
    const { latents, sigma } = startOf(runs);
    expect(sigma).toBeGreaterThan(0.5);
    expect(sigma).toBeLessThan(10);
    const old = runsOf(runs, "vae_encoder")[0]!.results[0]!.map((value) => value * scaling);
    const around = (i: number) => old[i]! + sigma * noise[i]!;
    const wanted = latents.map((_, i) => (isInHole(i) ? expected(old[i]!, noise[i]!, sigma) : around(i)));
    expect(largestDifference(latents, wanted)).toBeLessThan(1e-3);
  });
});

describe("a hole that is filled", () => {
  /** Black in the hole; around it one colour on the left and one on the right. */
  function holed(left: readonly number[], right: readonly number[]): Picture {
    const data = Uint8Array.from({ length: 3 * 128 * 96 }, (_, i) => {
      const place = Math.floor(i / 3);
      const [x, y] = [place % 128, Math.floor(place / 128)];
      return isInside(x, y) ? 0 : (x < 64 ? left : right)[i % 3]!;
    });
    return toPicture(data, { width: 128, height: 96, channels: 3 });
  }
  const fill = async (picture: Picture) => {
    const mask = { picture: boxMask(picture, box), blur: 0, content: "fill" as const };
    return encoded(await watchSource({ picture, strength: 0.5, mask }));
  };
  const [red, blue] = [
    [200, 40, 90],
    [30, 60, 220],
  ] as const;

  test("has the colour of its surroundings", async () => {
    const { at, width, height } = await fill(holed(red, red));
    for (let y = 0; y < height; y += 5) {
      for (let x = 0; x < width; x += 5) {
        expect(largestDifference(at(x, y), red)).toBeLessThanOrEqual(isInside(x, y) ? 8 : 0);
      }
    }
  });

  test("has on each side the colour that is next to it", async () => {
    const { at } = await fill(holed(red, blue));
    expect([at(31, 48), at(96, 48)]).toEqual([red, blue]);
    expect(largestDifference(at(33, 48), red)).toBeLessThan(40);
    expect(largestDifference(at(94, 48), blue)).toBeLessThan(40);
  });
});

describe("a picture of other proportions", () => {
  const picture = gradient(128, 96);
  const size = { width: 64, height: 96 };
  const fitted = async (resizeMode: SourceRequest["resizeMode"]) => {
    const shown = encoded(await watchSource({ picture, strength: 0.5, resizeMode }, size));
    expect([shown.width, shown.height]).toEqual([64, 96]);
    return shown.at;
  };

  test("is cropped to its middle, pixel by pixel", async () => {
    const at = await fitted("crop");
    for (const [x, y] of [
      [0, 0],
      [63, 0],
      [20, 50],
      [0, 95],
      [63, 95],
    ] as const) {
      expect(at(x, y)).toEqual(pixel(picture, x + 32, y));
    }
  });

  test("is filled up above and below with its outermost rows, whole in the middle", async () => {
    const at = await fitted("fill");
    for (const x of [0, 31, 63]) {
      for (const y of [0, 12, 23]) expect(at(x, y)).toEqual(at(x, 24));
      for (const y of [72, 80, 95]) expect(at(x, y)).toEqual(at(x, 71));
      for (const y of [26, 48, 69]) {
        expect(largestDifference(at(x, y), pixel(picture, 2 * x, 2 * (y - 24)))).toBeLessThanOrEqual(3);
      }
    }
  });

  test("is stretched", async () => {
    const at = await fitted("stretch");
    for (const [x, y] of [
      [2, 0],
      [61, 0],
      [32, 48],
      [61, 95],
    ] as const) {
      expect(largestDifference(at(x, y), pixel(picture, 2 * x, y))).toBeLessThanOrEqual(3);
    }
  });
});

test("a seed known from a smaller picture keeps that one's noise in the middle, its own around it", async () => {
  const noiseOf = (side: number) =>
    new ImageNoise({ seeds: [7], shape: { channels: 4, height: side, width: side } }).next();
  const request = { ...base, width: 64, height: 64, seedResizeFrom: { width: 32, height: 32 } };
  const { latents, sigma } = startOf(await watchGraphs(() => pipeline.generate(request)));
  const [small, own] = [noiseOf(4), noiseOf(8)];
  const expected = Array.from(own, (value, i) => {
    const [channel, row, column] = [Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8];
    const isMiddle = row >= 2 && row < 6 && column >= 2 && column < 6;
    return sigma * (isMiddle ? small[16 * channel + 4 * (row - 2) + column - 2]! : value);
  });
  expect(sigma).toBeGreaterThan(14);
  expect(largestDifference(latents, expected)).toBeLessThan(1e-3);
});
