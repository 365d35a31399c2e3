import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { hashOf, modelFolder, upscalerFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs } from "../fixtures/watch-graphs.ts";
import { planHires } from "./hires.ts";
import type { GenerateRequest } from "./request.ts";
import { latentUpscalers } from "./resize-latents.ts";
import type { StepEvent } from "./run-context.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1-layers"), upscalers: upscalerFolder });
});
afterAll(() => pipeline.close());

const base: GenerateRequest = {
  prompt: "a red house",
  seed: 7,
  steps: 4,
  cfgScale: 2,
  width: 64,
  height: 64,
};

test.each([
  [{ width: 512, height: 512 }, {}, [1024, 1024, 1024, 1024]],
  [{ width: 512, height: 768 }, { width: 1024 }, [1024, 1536, 1024, 1536]],
  [{ width: 512, height: 512 }, { width: 1024, height: 768 }, [1024, 1024, 1024, 768]],
  [{ width: 640, height: 512 }, { width: 1024, height: 1024 }, [1280, 1024, 1024, 1024]],
  [{ width: 512, height: 512 }, { scale: 1.3 }, [664, 664, 664, 664]],
])("from %o by %o", (first, hires, expected) => {
  const { enlarged, size } = planHires(first, hires, 8);
  expect([enlarged.width, enlarged.height, size.width, size.height]).toEqual(expected);
});

describe("a hires pass", () => {
  test.each([...Object.keys(latentUpscalers), "None", "Lanczos", "Nearest", "soft-x2", "soft-x4-fixed"])(
    "enlarges with %s",
    async (upscaler) => {
      const { pictures } = await pipeline.generate({ ...base, hires: { scale: 2, upscaler } });
      expect(pictures[0]!.picture).toMatchObject({ width: 128, height: 128 });
    },
  );

  test("reports its own steps, exactly as many as asked for, and the progress of both passes", async () => {
    const events: StepEvent[] = [];
    await pipeline.generate({ ...base, hires: { steps: 3 } }, { onStep: (event) => events.push(event) });
    expect(events.map(({ pass, step, steps }) => `${pass} ${step}/${steps}`)).toEqual([
      "first 1/4",
      "first 2/4",
      "first 3/4",
      "first 4/4",
      "hires 1/3",
      "hires 2/3",
      "hires 3/3",
    ]);
    expect(events.map(({ progress }) => Math.round(progress * 24))).toEqual([3, 6, 9, 12, 16, 20, 24]);
  });

  test("has prompts, sampler and guidance of its own, and schedules that reach into it", async () => {
    const hashes = new Set<string>();
    for (const hires of [
      {},
      { prompt: "a boat" },
      { negativePrompt: "sea" },
      { cfgScale: 4 },
      { sampler: "Euler a" },
    ]) {
      hashes.add(hashOf((await pipeline.generate({ ...base, hires })).pictures[0]!.picture));
    }
    const scheduled = await pipeline.generate({ ...base, prompt: "a [red:blue:1.5] house", hires: {} });
    hashes.add(hashOf(scheduled.pictures[0]!.picture));
    expect(hashes.size).toBe(6);
  });

  test.each([
    // Half of 4 calls is 2, and the first text holds for one call more than that.
    ["Euler", 4, "aaab"],
    // Half of 8; the last step calls once.
    ["Heun", 4, "aaaaabb"],
    ["Euler", 6, "aaaabb"],
  ])("a schedule of 1.5 switches in its middle: %s, %i steps", async (sampler, steps, expected) => {
    const textsOf = async (prompt: string) => {
      const hires = { steps, strength: 0.5 };
      const request = { ...base, prompt, sampler, steps, cfgScale: 1, hires };
      const runs = runsOf(await watchGraphs(() => pipeline.generate(request)), "unet");
      return runs.map(({ feeds }) => feeds["encoder_hidden_states"]!.data.join());
    };
    const [a, b] = [(await textsOf("a red house"))[0]!, (await textsOf("a blue house"))[0]!];
    const words = (await textsOf("a [red:blue:1.5] house")).map((text) =>
      text === a ? "a" : text === b ? "b" : "?",
    );
    expect(words.join("")).toBe("a".repeat(expected.length) + expected);
  });

  test("works for a batch as for one", async () => {
    const { pictures } = await pipeline.generate({ ...base, batchSize: 2, hires: { upscaler: "Lanczos" } });
    const alone = await pipeline.generate({ ...base, seed: 8, hires: { upscaler: "Lanczos" } });
    const difference = pictures[1]!.picture.data.filter(
      (v, i) => Math.abs(v - alone.pictures[0]!.picture.data[i]!) > 1,
    );
    expect(difference).toHaveLength(0);
  });

  test("is written into the parameters", async () => {
    const { pictures } = await pipeline.generate({
      ...base,
      hires: { scale: 1.5, steps: 3, strength: 0.6, sampler: "DPM++ 2M", prompt: "a boat" },
    });
    expect(pictures[0]!.parameters).toMatch(
      /Denoising strength: 0\.6, RNG: NV, Hires prompt: a boat, Hires upscale: 1\.5, Hires steps: 3, Hires upscaler: Latent, Hires sampler: DPM\+\+ 2M/,
    );
  });

  test("is not for pictures that start from another", async () => {
    const source = { picture: { width: 8, height: 8, channels: 3 as const, data: new Uint8Array(192) } };
    await expect(pipeline.generate({ ...base, source, hires: {} })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });
});
