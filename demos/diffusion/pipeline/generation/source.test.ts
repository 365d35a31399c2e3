import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePicture, toPicture, type Picture } from "../../images/picture.ts";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { boxMask, gradient, hashOf, meanDifference, modelFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs } from "../fixtures/watch-graphs.ts";
import type { GenerateRequest, MaskRequest, SourceRequest } from "./request.ts";
import type { StepEvent } from "./run-context.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1-layers") });
});
afterAll(() => pipeline.close());

const picture = gradient(128, 96);
const box = { left: 32, top: 24, right: 96, bottom: 72 };
const mask = boxMask(picture, box);
const base: GenerateRequest = { prompt: "a red house", seed: 7, steps: 8, cfgScale: 2 };

async function draw(
  source: Partial<SourceRequest>,
  request: Partial<GenerateRequest> = {},
): Promise<Picture> {
  const { pictures } = await pipeline.generate({ ...base, ...request, source: { picture, ...source } });
  return pictures[0]!.picture;
}

const drawMasked = (change: Partial<MaskRequest>, request: Partial<GenerateRequest> = {}) =>
  draw({ strength: 1, mask: { picture: mask, blur: 0, ...change } }, request);

const isInside = (x: number, y: number) => x >= box.left && x < box.right && y >= box.top && y < box.bottom;
const isOutside = (x: number, y: number) => !isInside(x, y);

describe("a start from a picture", () => {
  test("has its size, and the further the stronger", async () => {
    const weak = await draw({ strength: 0.1 });
    const middle = await draw({ strength: 0.5 });
    const strong = await draw({ strength: 1 });
    expect(weak).toMatchObject({ width: 128, height: 96 });
    const untouched = await draw({ strength: 0 });
    const far = [weak, middle, strong].map((drawn) => meanDifference(untouched, drawn));
    expect(far[0]).toBeLessThan(far[1]!);
    expect(far[1]).toBeLessThan(far[2]!);
  });

  test.each([
    [0.75, false, 16],
    [0.5, false, 11],
    [0.5, true, 20],
    [0, false, 1],
  ])("a strength of %d (all steps: %s) takes %d of 20 steps", async (strength, takesAllSteps, steps) => {
    const events: StepEvent[] = [];
    const source = { picture, strength, takesAllSteps };
    await pipeline.generate(
      { ...base, steps: 20, sampler: "Euler", source },
      { onStep: (event) => events.push(event) },
    );
    expect(events).toHaveLength(steps);
  });

  test("a file and its pixels are the same picture, transparency becomes white", async () => {
    const file = await encodePicture(picture, { format: "png" });
    expect(hashOf(await draw({ picture: file }))).toBe(hashOf(await draw({})));
    const clear = toPicture(new Uint8Array(4 * 64 * 64), { width: 64, height: 64, channels: 4 });
    const white = toPicture(new Uint8Array(3 * 64 * 64).fill(255), { width: 64, height: 64, channels: 3 });
    expect(hashOf(await draw({ picture: clear }))).toBe(hashOf(await draw({ picture: white })));
  });

  test("resize modes differ, and all give the size asked for", async () => {
    const hashes = new Set<string>();
    for (const resizeMode of ["stretch", "crop", "fill", "latent"] as const) {
      const drawn = await draw({ resizeMode, strength: 0.2 }, { width: 64, height: 96 });
      expect(drawn).toMatchObject({ width: 64, height: 96 });
      hashes.add(hashOf(drawn));
    }
    expect(hashes.size).toBe(4);
  });

  test("a size that the network cannot halve often enough works too", async () => {
    expect(await draw({ picture: gradient(70, 50) })).toMatchObject({ width: 64, height: 48 });
  });

  test("LCM draws from a picture by its own rule of strength", async () => {
    const lcm = await DiffusionPipeline.open({ model: modelFolder("lcm") });
    const { pictures } = await lcm.generate({ prompt: "a", seed: 1, source: { picture, strength: 0.5 } });
    expect(pictures).toHaveLength(1);
    await lcm.close();
  });
});

describe("a mask", () => {
  test("keeps everything outside it to the bit, and draws anew inside", async () => {
    const drawn = await drawMasked({});
    expect(meanDifference(picture, drawn, isOutside)).toBe(0);
    expect(meanDifference(picture, drawn, isInside)).toBeGreaterThan(10);
  });

  test("turned round, keeps what is inside", async () => {
    const drawn = await drawMasked({ isInverted: true });
    expect(meanDifference(picture, drawn, isInside)).toBe(0);
    expect(meanDifference(picture, drawn, isOutside)).toBeGreaterThan(10);
  });

  test("softened, blends over its edge and keeps what is far from it", async () => {
    const drawn = await drawMasked({ blur: 4 });
    const isFar = (x: number, y: number) =>
      x < box.left - 12 || x > box.right + 12 || y < box.top - 12 || y > box.bottom + 12;
    expect(meanDifference(picture, drawn, isFar)).toBe(0);
    expect(meanDifference(picture, drawn, (x, y) => x === box.left - 3 && isInside(40, y))).toBeGreaterThan(
      0,
    );
  });

  test("counts by its opacity where it has any", async () => {
    const data = Uint8Array.from({ length: 4 * 128 * 96 }, (_, i) =>
      i % 4 === 3 ? mask.data[(3 * (i - 3)) / 4]! : 0,
    );
    const drawn = await drawMasked({ picture: toPicture(data, { width: 128, height: 96, channels: 4 }) });
    expect(hashOf(drawn)).toBe(hashOf(await drawMasked({})));
  });

  test("contents under it differ: fill, original, noise, nothing", async () => {
    const hashes = new Set<string>();
    for (const content of ["fill", "original", "latent noise", "latent nothing"] as const) {
      const drawn = await draw({ strength: 0.5, mask: { picture: mask, blur: 0, content } });
      expect(meanDifference(picture, drawn, isOutside)).toBe(0);
      hashes.add(hashOf(drawn));
    }
    expect(hashes.size).toBe(4);
  });

  test("alone is worked on at the full size, and put back in its place", async () => {
    const events: StepEvent[] = [];
    const source = { picture, strength: 1, mask: { picture: mask, blur: 0, onlyMasked: true, padding: 8 } };
    const { pictures } = await pipeline.generate(
      { ...base, width: 128, height: 128, source },
      { onStep: (event) => events.push(event) },
    );
    expect(events[0]!.previews[0]).toMatchObject({ width: 16, height: 16 });
    const drawn = pictures[0]!.picture;
    expect(drawn).toMatchObject({ width: 128, height: 96 });
    expect(meanDifference(picture, drawn, isOutside)).toBe(0);
    expect(meanDifference(picture, drawn, isInside)).toBeGreaterThan(10);
  });

  test("that is black all over asks for the whole picture, and that is said", async () => {
    const black = boxMask(picture, { left: 0, top: 0, right: 0, bottom: 0 });
    const { notes, pictures } = await pipeline.generate({
      ...base,
      source: { picture, mask: { picture: black } },
    });
    expect(notes).toEqual(["The mask was empty: the whole picture was drawn anew."]);
    expect(hashOf(pictures[0]!.picture)).toBe(hashOf(await draw({})));
  });

  test("of another size than the picture is refused", async () => {
    await expect(drawMasked({ picture: boxMask({ width: 64, height: 64 }, box) })).rejects.toMatchObject({
      code: "MASK_SIZE",
      message: "Expected a mask of the picture's size, 128 × 96, got 64 × 64.",
    });
  });

  test("is written into the parameters", async () => {
    const { pictures } = await pipeline.generate({
      ...base,
      source: { picture, mask: { picture: mask, onlyMasked: true, content: "latent noise" } },
    });
    expect(pictures[0]!.parameters).toContain(
      "Denoising strength: 0.75, RNG: NV, Mask blur: 4, Inpaint area: Only masked, Masked area padding: 32, Masked content: latent noise",
    );
  });
});

describe("a model for inpainting", () => {
  test("sees the mask and the picture around it", async () => {
    const inpaint = await DiffusionPipeline.open({ model: modelFolder("inpaint") });
    const request = { ...base, cfgScale: 1, steps: 4 };
    const at = async (source: SourceRequest) => {
      const { pictures } = await inpaint.generate({ ...request, source });
      return pictures[0]!.picture;
    };
    const drawn = await at({ picture, strength: 1, mask: { picture: mask, blur: 0 } });
    expect(meanDifference(picture, drawn, isOutside)).toBe(0);
    const other = boxMask(picture, { ...box, right: 80 });
    const isInBoth = (x: number, y: number) => isInside(x, y) && x < 70;
    const drawnOther = await at({ picture, strength: 1, mask: { picture: other, blur: 0 } });
    expect(meanDifference(drawn, drawnOther, isInBoth)).toBeGreaterThan(0);
    const weaker = await at({
      picture,
      strength: 1,
      conditionStrength: 0.5,
      mask: { picture: mask, blur: 0 },
    });
    expect(meanDifference(drawn, weaker, isInside)).toBeGreaterThan(0);
    await inpaint.close();
  });

  test("has no hires pass", async () => {
    const inpaint = await DiffusionPipeline.open({ model: modelFolder("inpaint") });
    await expect(inpaint.generate({ ...base, hires: {} })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    await inpaint.close();
  });
});

describe("a source that is resized as latents", () => {
  const large = gradient(1600, 1200);
  const source: SourceRequest = { picture: large, resizeMode: "latent" };
  const small = { ...base, width: 64, height: 64, steps: 1, preview: "none" } as const;
  const encodedSides = async (vaeTiling: GenerateRequest["vaeTiling"]) => {
    const runs = await watchGraphs(() => pipeline.generate({ ...small, vaeTiling, source }));
    return runsOf(runs, "vae_encoder").map(({ feeds }) => feeds["sample"]!.dims.slice(2));
  };

  test("goes through the encoder in parts by its own size, however small the target", async () => {
    const tiles = await encodedSides("auto");
    expect(tiles.length).toBeGreaterThan(4);
    expect(tiles).toEqual(tiles.map(() => [512, 512]));
    expect(await encodedSides(false)).toEqual([[1200, 1600]]);
  });

  test("counts in the memory that there has to be", async () => {
    const tight = await DiffusionPipeline.open({ model: modelFolder("sd1-layers"), memoryLimit: 150e6 });
    await expect(tight.generate({ ...small, source })).resolves.toBeDefined();
    await expect(tight.generate({ ...small, source, vaeTiling: false })).rejects.toMatchObject({
      code: "MEMORY_LIMIT",
      message: "To encode a picture of 1600 × 1200 takes about 0.6 GB beside the model; 0.1 GB are left.",
    });
    await expect(
      tight.generate({ ...small, source: { ...source, resizeMode: "crop" }, vaeTiling: false }),
    ).resolves.toBeDefined();
    await tight.close();
  });
});

test("an encoder that draws noise inside its graph is said to, where it was asked", async () => {
  const old = await DiffusionPipeline.open({ model: modelFolder("old-exporter") });
  const request = { ...base, steps: 1 };
  const { notes } = await old.generate({ ...request, source: { picture } });
  expect(notes).toEqual([
    "The model's encoder draws noise that no seed rules: the same request gives another picture.",
  ]);
  expect((await old.generate(request)).notes).toEqual([]);
  expect((await pipeline.generate({ ...request, source: { picture } })).notes).toEqual([]);
  await old.close();
});
