import { afterAll, beforeAll, expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { createRandomSource } from "../random/random-source.ts";
import { Autoencoder } from "./autoencoder.ts";
import { cutTiles } from "./tiles.ts";

let autoencoder: Autoencoder;
beforeAll(async () => {
  autoencoder = await Autoencoder.open(modelFolder("sd1-layers"), {});
});
afterAll(() => autoencoder.decoder.release());

const tiling = { tile: 12, overlap: 4 };

test("a picture decoded in tiles equals the one decoded whole", async () => {
  const latents = {
    data: createRandomSource("NV", 1).normal(4 * 20 * 31),
    channels: 4,
    height: 20,
    width: 31,
  };
  const whole = await autoencoder.decode(latents);
  const tiled = await autoencoder.decode(latents, { tiling });
  expect([tiled.width, tiled.height]).toEqual([248, 160]);
  expect(largestDifference(whole.data, tiled.data)).toBeLessThan(0.06);
  expect(meanOf(whole.data, tiled.data)).toBeLessThan(1e-3);
});

test("a picture encoded in tiles equals the one encoded whole", async () => {
  const data = createRandomSource("NV", 2).normal(3 * 160 * 248);
  const picture = { data, channels: 3, height: 160, width: 248 };
  const whole = await autoencoder.encode(picture);
  const tiled = await autoencoder.encode(picture, { tiling });
  expect(largestDifference(whole.data, tiled.data)).toBeLessThan(1e-5);
});

test("the work is asked about before every tile, and can be stopped there", async () => {
  const latents = { data: new Float32Array(4 * 20 * 20), channels: 4, height: 20, width: 20 };
  let asked = 0;
  const stop = async () => {
    if (++asked === 3) throw new Error("enough");
  };
  await expect(autoencoder.decode(latents, { tiling, beforeRun: stop })).rejects.toThrow("enough");
  expect(asked).toBe(3);
});

test("tiles cover a side, overlap, and end at its border", () => {
  expect(cutTiles(20, 12, 4)).toEqual([
    { from: 0, to: 12 },
    { from: 8, to: 20 },
  ]);
  expect(cutTiles(9, 12, 4)).toEqual([{ from: 0, to: 9 }]);
  const spans = cutTiles(997, 64, 16);
  expect(spans.at(-1)!.to).toBe(997);
  for (const [i, { from }] of spans.entries()) {
    if (i > 0) expect(spans[i - 1]!.to - from).toBeGreaterThanOrEqual(16);
  }
});

function largestDifference(first: Float32Array, second: Float32Array): number {
  return first.reduce((largest, value, i) => Math.max(largest, Math.abs(value - second[i]!)), 0);
}

function meanOf(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, i) => sum + Math.abs(value - second[i]!), 0) / first.length;
}
