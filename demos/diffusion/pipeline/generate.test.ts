import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../images/picture.ts";
import { DiffusionPipeline } from "./diffusion-pipeline.ts";
import { hashOf, meanDifference, modelFolder } from "./fixtures/models.ts";
import { runsOf, watchGraphs } from "./fixtures/watch-graphs.ts";
import { generate } from "./generate.ts";
import type { GenerateRequest } from "./generation/request.ts";
import type { StepEvent } from "./generation/run-context.ts";
import { schedules } from "./schedules/schedule-table.ts";
import { samplers } from "./samplers/sampler-table.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1-layers") });
});
afterAll(() => pipeline.close());

const base: GenerateRequest = {
  prompt: "a red house",
  negativePrompt: "a boat",
  seed: 7,
  steps: 6,
  cfgScale: 2,
};

/** Colours of sixteen places of the picture that the base request draws. */
const recorded = [
  130, 7, 3, 75, 15, 40, 216, 6, 3, 194, 13, 87, 107, 39, 164, 218, 38, 20, 110, 27, 64, 222, 18, 75, 191, 15,
  69, 114, 19, 213, 29, 66, 172, 155, 1, 27, 219, 14, 52, 236, 20, 39, 229, 21, 15, 234, 34, 10,
];

async function draw(request: Partial<GenerateRequest> = {}) {
  const { pictures } = await pipeline.generate({ ...base, ...request });
  return pictures.map(({ picture }) => picture);
}

async function hashOfDrawn(request: Partial<GenerateRequest> = {}): Promise<string> {
  return hashOf((await draw(request))[0]!);
}

describe("a picture depends on its request alone", () => {
  test("the same request gives the same picture, to the bit, in another pipeline too", async () => {
    const first = await hashOfDrawn();
    expect(await hashOfDrawn()).toBe(first);
    const { pictures } = await generate({ ...base, model: modelFolder("sd1-layers") });
    expect(hashOf(pictures[0]!.picture)).toBe(first);
  });

  test("the recorded picture comes out on every machine, but for the last bits", async () => {
    const [picture] = await draw({ width: 64, height: 64 });
    const places = [4, 28, 44, 60].flatMap((y) => [4, 28, 44, 60].map((x) => 3 * (64 * y + x)));
    const colours = places.flatMap((at) => [...picture!.data.subarray(at, at + 3)]);
    // Processors differ in the last bits of their sums.
    expect(colours.map((value, i) => Math.abs(value - recorded[i]!) <= 1)).toEqual(recorded.map(() => true));
  });

  test("a picture is the same alone and in a batch, and batches count seeds on", async () => {
    const batch = await pipeline.generate({ ...base, batchSize: 2, batchCount: 2 });
    expect(batch.pictures.map(({ seed, index }) => [index, seed])).toEqual([
      [0, 7],
      [1, 8],
      [2, 9],
      [3, 10],
    ]);
    for (const { seed, picture } of batch.pictures) {
      const [alone] = await draw({ seed });
      expect(meanDifference(alone!, picture)).toBeLessThan(0.01);
    }
  });

  test.each<[string, Partial<GenerateRequest>]>([
    ["seed", { seed: 8 }],
    ["prompt", { prompt: "a red boat" }],
    ["negative prompt", { negativePrompt: "" }],
    ["weight", { prompt: "a (red:1.5) house" }],
    ["schedule in the prompt", { prompt: "a [red:blue:0.5] house" }],
    ["part behind AND", { prompt: "a red house AND a tree :0.7" }],
    ["chunk behind BREAK", { prompt: "a red house BREAK a tree" }],
    ["guidance", { cfgScale: 3 }],
    ["guidance rescale", { guidanceRescale: 0.7 }],
    ["sampler", { sampler: "Euler a" }],
    ["steps", { steps: 7 }],
    ["clip skip", { clipSkip: 2 }],
    ["variation", { variationSeed: 1, variationStrength: 0.3 }],
    ["random source", { randomSource: "CPU" }],
    ["seed resize", { seedResizeFrom: { width: 32, height: 32 } }],
  ])("another %s gives another picture", async (_, change) => {
    expect(await hashOfDrawn(change)).not.toBe(await hashOfDrawn());
  });

  test("emphasis modes differ for weighted prompts, and the webui's mode restores the mean", async () => {
    const prompt = "a (red:1.6) house";
    const modes = ["Original", "No norm", "Ignore", "None"] as const;
    const hashes = new Set<string>();
    for (const emphasis of modes) hashes.add(await hashOfDrawn({ prompt, emphasis }));
    expect(hashes.size).toBe(4);
    expect(await hashOfDrawn({ prompt, emphasis: "Ignore" })).toBe(await hashOfDrawn());
  });

  test("the seed delta and eta count for samplers that draw noise in their steps, and for no others", async () => {
    const ancestral = { sampler: "Euler a" };
    expect(await hashOfDrawn({ ...ancestral, seedDelta: 31_337 })).not.toBe(await hashOfDrawn(ancestral));
    expect(await hashOfDrawn({ ...ancestral, samplerOptions: { eta: 0.5 } })).not.toBe(
      await hashOfDrawn(ancestral),
    );
    expect(await hashOfDrawn({ sampler: "Euler", seedDelta: 31_337 })).toBe(
      await hashOfDrawn({ sampler: "Euler" }),
    );
  });

  test("a stochastic sampler's noise comes from each picture's seed, alone or in a batch", async () => {
    const stochastic = { sampler: "DPM++ SDE", steps: 4 };
    const batch = await pipeline.generate({ ...base, ...stochastic, batchSize: 2 });
    for (const { seed, picture } of batch.pictures) {
      const [alone] = await draw({ ...stochastic, seed });
      expect(meanDifference(alone!, picture)).toBeLessThan(0.01);
    }
    expect(await hashOfDrawn({ ...stochastic, seedDelta: 31_337 })).toBe(await hashOfDrawn(stochastic));
  });

  test("without guidance half the work is saved: the network sees each picture once", async () => {
    const sides = async (request: Partial<GenerateRequest>) =>
      runsOf(await watchGraphs(() => draw(request)), "unet").map(({ feeds }) => feeds["sample"]!.dims[0]);
    for (const cfgScale of [0, 1]) expect(await sides({ cfgScale })).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await sides({ cfgScale: 1, batchSize: 3 })).toEqual([3, 3, 3, 3, 3, 3]);
    expect(await sides({ cfgScale: 1.5 })).toEqual([2, 2, 2, 2, 2, 2]);
    expect(await sides({ cfgScale: 2, batchSize: 3 })).toEqual([6, 6, 6, 6, 6, 6]);
  });

  test("without guidance the negative prompt has no say", async () => {
    const few = await hashOfDrawn({ cfgScale: 1, negativePrompt: "a boat" });
    expect(await hashOfDrawn({ cfgScale: 1, negativePrompt: "a tree" })).toBe(few);
    expect(await hashOfDrawn({ cfgScale: 0 })).toBe(few);
  });

  test("prompt and negative apart, or padded to one length, give next to the same picture", async () => {
    const [together] = await draw();
    const [apart] = await draw({ joinsGuidance: false });
    expect(meanDifference(together!, apart!)).toBeLessThan(0.01);
    const long = { prompt: "a red house, ".repeat(20) };
    const [padded] = await draw({ ...long, padsConditioning: true });
    const [unpadded] = await draw(long);
    expect(meanDifference(padded!, unpadded!)).toBeGreaterThan(0);
  });
});

describe("every sampler and schedule", () => {
  test.each(samplers.map(({ name }) => name))(
    "%s draws under its own schedule and Karras",
    async (sampler) => {
      for (const schedule of ["Automatic", "Karras"]) {
        const [picture] = await draw({ sampler, schedule, steps: 4 });
        expect(new Set(picture!.data).size).toBeGreaterThan(10);
      }
    },
  );

  test.each(schedules.map(({ label }) => label))("%s draws with Euler", async (schedule) => {
    const [picture] = await draw({ sampler: "Euler", schedule, steps: 4 });
    expect(picture).toMatchObject({ width: 64, height: 64, channels: 3 });
  });
});

describe("every family of models", () => {
  test.each(["sd1", "sd2-v", "sdxl", "inpaint", "lcm", "turbo", "old-exporter", "half"])(
    "%s draws by the defaults of its folder, the same twice",
    async (name) => {
      const request = {
        prompt: "a (red:1.2) house",
        negativePrompt: "boat",
        seed: 1,
        model: modelFolder(name),
      };
      const first = await generate(request);
      const second = await generate(request);
      expect(first.pictures[0]!.parameters).toMatchSnapshot();
      expect(hashOf(second.pictures[0]!.picture)).toBe(hashOf(first.pictures[0]!.picture));
    },
  );

  test("the old exporter's graphs and float16 ones draw what the plain float32 ones do", async () => {
    const request = { prompt: "a house", seed: 1, steps: 5, cfgScale: 1.5 };
    const [plain, old, half] = await Promise.all(
      ["sd1", "old-exporter", "half"].map((name) => generate({ ...request, model: modelFolder(name) })),
    );
    const pictureOf = (result: typeof plain) => result!.pictures[0]!.picture;
    expect(hashOf(pictureOf(old))).toBe(hashOf(pictureOf(plain)));
    expect(meanDifference(pictureOf(half), pictureOf(plain))).toBeLessThan(3);
  });

  test("SDXL takes an empty negative prompt as zeros, and knows the size it draws", async () => {
    const sdxl = await DiffusionPipeline.open({ model: modelFolder("sdxl") });
    const at = async (request: Partial<GenerateRequest>) =>
      hashOf((await sdxl.generate({ ...base, ...request })).pictures[0]!.picture);
    expect(await at({ negativePrompt: "" })).not.toBe(await at({ negativePrompt: "!" }));
    await sdxl.close();
  });

  test("a model distilled with guidance takes the scale as an input", async () => {
    const lcm = await DiffusionPipeline.open({ model: modelFolder("lcm") });
    const at = async (cfgScale: number) =>
      hashOf((await lcm.generate({ prompt: "a", seed: 1, cfgScale })).pictures[0]!.picture);
    expect(await at(2)).not.toBe(await at(8));
    await lcm.close();
  });
});

describe("sizes", () => {
  test("sides that the network cannot halve often enough are drawn larger and cut", async () => {
    const [picture] = await draw({ width: 72, height: 104 });
    expect(picture).toMatchObject({ width: 72, height: 104 });
  });

  test.each([
    [100, 64],
    [64, 0],
    [-8, 64],
    [64.5, 64],
    [80_000, 64],
  ])("%d × %d is refused", async (width, height) => {
    await expect(draw({ width, height })).rejects.toMatchObject({ code: "SIZE_INVALID" });
  });

  test("a picture that needs more memory than there is is refused with the estimate", async () => {
    const small = await DiffusionPipeline.open({ model: modelFolder("sd1-layers"), memoryLimit: 50e6 });
    await expect(small.generate({ ...base, width: 4096, height: 4096, batchSize: 4 })).rejects.toMatchObject({
      code: "MEMORY_LIMIT",
      message: expect.stringMatching(
        /^A picture of 4096 × 4096 \(8 through the network at once\) needs about \d+ GB beside the model; 0\.1 GB are left\.$/,
      ),
    });
    await expect(small.generate({ ...base, steps: 1 })).resolves.toBeDefined();
    await small.close();
  });
});

describe("the autoencoder in parts", () => {
  const decoded = async (request: Partial<GenerateRequest>) => {
    let picture: Picture | undefined;
    const runs = await watchGraphs(async () => {
      [picture] = await draw({ ...request, steps: 1, preview: "none" });
    });
    const sides = runsOf(runs, "vae_decoder").map(({ feeds }) => feeds["latent_sample"]!.dims.slice(2));
    return { picture: picture!, sides };
  };
  const four = Array.from({ length: 4 }, () => [64, 64]);

  test("by itself above 768 × 768, in tiles of 64 latents, and no picture shows it", async () => {
    expect((await decoded({ width: 768, height: 768 })).sides).toEqual([[96, 96]]);
    const large = { width: 800, height: 768 };
    const [tiled, whole] = [await decoded(large), await decoded({ ...large, vaeTiling: false })];
    expect([tiled.sides, whole.sides]).toEqual([four, [[96, 100]]]);
    expect(meanDifference(tiled.picture, whole.picture)).toBeLessThan(0.5);
  });

  test("where it is asked for, as soon as there is more than one tile", async () => {
    expect((await decoded({ width: 512, height: 512, vaeTiling: true })).sides).toEqual([[64, 64]]);
    expect((await decoded({ width: 768, height: 768, vaeTiling: true })).sides).toEqual(four);
  });
});

describe("what is wrong with a request is said, and the pipeline goes on", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["steps 0", { steps: 0 }, "STEPS_INVALID"],
    ["half a step", { steps: 2.5 }, "STEPS_INVALID"],
    ["a seed beyond 32 bits", { seed: 2 ** 32 }, "SEED_INVALID"],
    ["a sampler nobody knows", { sampler: "Eulr" }, "SAMPLER_UNKNOWN"],
    ["a schedule nobody knows", { schedule: "Karas" }, "SCHEDULE_UNKNOWN"],
    ["a random source nobody knows", { randomSource: "GPU" }, "RANDOM_SOURCE_UNKNOWN"],
    ["an option the sampler has not", { sampler: "Euler", samplerOptions: { eta: 1 } }, "SAMPLER_OPTION"],
    ["a clip skip deeper than the encoder", { clipSkip: 3 }, "PROMPT_OPTION"],
    ["guidance that is no number", { cfgScale: Number.NaN }, "REQUEST_INVALID"],
    ["a batch of nothing", { batchSize: 0 }, "REQUEST_INVALID"],
    ["a prompt that is no text", { prompt: 5 }, "REQUEST_INVALID"],
    ["an upscaler nobody knows", { hires: { upscaler: "R-ESRGAN" } }, "UPSCALER_UNKNOWN"],
    ["a picture that is none", { source: { picture: new Uint8Array(100) } }, "IMAGE_INVALID"],
    [
      "pixels of another number",
      { source: { picture: { width: 9, height: 9, channels: 3, data: new Uint8Array(9) } } },
      "IMAGE_SHAPE",
    ],
  ])("%s", async (_, change, code) => {
    await expect(pipeline.generate({ ...base, ...change } as GenerateRequest)).rejects.toMatchObject({
      code,
    });
    await expect(draw({ steps: 1 })).resolves.toHaveLength(1);
  });

  test("clip skip where the encoder exports no hidden states", async () => {
    await expect(generate({ ...base, model: modelFolder("sd1"), clipSkip: 2 })).rejects.toMatchObject({
      code: "CLIP_SKIP_UNAVAILABLE",
    });
  });

  test("a model whose numbers stop being finite is stopped at that step", async () => {
    await expect(generate({ ...base, model: modelFolder("not-finite"), steps: 20 })).rejects.toMatchObject({
      code: "LATENT_NOT_FINITE",
      message: "Step 9 of 20: the model answered with numbers that are not finite.",
    });
  });

  test("an empty prompt, brackets that never close and ten thousand words are drawn", async () => {
    for (const prompt of ["", "((((a [red house", "word ".repeat(10_000)]) {
      expect(await draw({ prompt, steps: 1 })).toHaveLength(1);
    }
  });

  test("tags of networks that cannot be loaded are left out, and said", async () => {
    const { notes, pictures } = await pipeline.generate({ ...base, prompt: "a red house<lora:film:0.8>" });
    expect(notes).toEqual(["<lora:film:0.8> was left out: networks like it cannot be loaded."]);
    expect(hashOf(pictures[0]!.picture)).toBe(await hashOfDrawn());
  });
});

describe("steps", () => {
  test("every step is reported, with previews of the whole batch", async () => {
    const events: StepEvent[] = [];
    await pipeline.generate(
      { ...base, steps: 4, batchSize: 2, batchCount: 2, previewEvery: 2 },
      { onStep: (event) => events.push(event) },
    );
    expect(events.map(({ step, batch }) => [batch, step])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 1],
      [2, 2],
      [2, 3],
      [2, 4],
    ]);
    expect(events.map(({ progress }) => progress)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((done) => done / 8));
    expect(events.map(({ previews }) => previews.length)).toEqual([0, 2, 0, 2, 0, 2, 0, 2]);
    expect(events[1]!.previews[0]).toMatchObject({ width: 8, height: 8, channels: 3 });
  });

  test.each([
    ["none", 0],
    ["fast", 8],
    ["full", 64],
  ] as const)("previews of kind %s", async (preview, width) => {
    const events: StepEvent[] = [];
    await pipeline.generate({ ...base, preview }, { onStep: (event) => events.push(event) });
    expect(events).toHaveLength(6);
    expect(events.at(-1)!.previews.map((picture) => picture.width)).toEqual(width === 0 ? [] : [width]);
  });

  test("the last full preview is the picture, and the fast one has its colours", async () => {
    const full: StepEvent[] = [];
    const fast: StepEvent[] = [];
    const [picture] = (await pipeline.generate({ ...base, preview: "full" }, { onStep: (e) => full.push(e) }))
      .pictures;
    await pipeline.generate(base, { onStep: (e) => fast.push(e) });
    expect(meanDifference(full.at(-1)!.previews[0]!, picture!.picture)).toBeLessThan(0.5);
    const small = fast.at(-1)!.previews[0]!;
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        for (let colour = 0; colour < 3; colour++) {
          sum += Math.abs(
            small.data[3 * (8 * y + x) + colour]! -
              picture!.picture.data[3 * (64 * (8 * y + 4) + 8 * x + 4) + colour]!,
          );
        }
      }
    }
    expect(sum / 192).toBeLessThan(25);
  });
});
