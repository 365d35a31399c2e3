import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { copyModel, hashOf, modelFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs } from "../fixtures/watch-graphs.ts";
import { generate } from "../generate.ts";
import type { GenerateRequest } from "./request.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1") });
});
afterAll(() => pipeline.close());

const base: GenerateRequest = { prompt: "a red house", seed: 7, steps: 4, cfgScale: 1, preview: "none" };

describe("what is wrong with a pass is said before anything runs", () => {
  test.each<[string, Partial<GenerateRequest>, string]>([
    [
      "an option out of the hires sampler's range",
      { sampler: "Euler a", samplerOptions: { eta: 5 }, hires: { sampler: "DDIM" } },
      "SAMPLER_OPTION",
    ],
    [
      "more hires steps than there are",
      { hires: { sampler: "DDIM", steps: 800, strength: 0.5 } },
      "STEPS_INVALID",
    ],
    ["a hires strength that takes far too many", { hires: { strength: 1e-9 } }, "STEPS_INVALID"],
    [
      "a schedule that is none",
      { sampler: "Euler", schedule: "Karras", rho: -1, hires: {} },
      "SAMPLER_OPTION",
    ],
  ])("%s", async (_, change, code) => {
    let failure: unknown;
    const runs = await watchGraphs(async () => {
      failure = await pipeline.generate({ ...base, ...change }).catch((error: unknown) => error);
    });
    expect(failure).toMatchObject({ code });
    expect(runs).toEqual([]);
  });

  test("strength and steps of a source, before it is encoded", async () => {
    const source = {
      picture: { width: 64, height: 64, channels: 3 as const, data: new Uint8Array(3 * 64 * 64) },
      strength: 1e-9,
      takesAllSteps: true,
    };
    let failure: unknown;
    const runs = await watchGraphs(async () => {
      failure = await pipeline.generate({ ...base, source }).catch((error: unknown) => error);
    });
    expect(failure).toMatchObject({
      code: "STEPS_INVALID",
      message: expect.stringContaining("at most 10000"),
    });
    expect(runs).toEqual([]);
  });
});

test("another hires sampler takes the options that it has, and none of the others", async () => {
  const first = { ...base, sampler: "Euler a", samplerOptions: { eta: 0.5 } };
  await expect(pipeline.generate({ ...first, hires: { sampler: "DPM++ 2M" } })).resolves.toBeDefined();
  const at = async (eta: number) => {
    const request = { ...base, sampler: "Euler a", samplerOptions: { eta }, hires: { sampler: "DPM2 a" } };
    return hashOf((await pipeline.generate(request)).pictures[0]!.picture);
  };
  expect(await at(0.5)).not.toBe(await at(0.6));
});

test.each([
  ["HeunDiscreteScheduler", "Heun"],
  ["KDPM2DiscreteScheduler", "DPM2"],
  ["KDPM2AncestralDiscreteScheduler", "DPM2 a"],
])(
  "a prompt's schedule changes at the same call under a folder's own %s as under %s",
  async (className, sampler) => {
    await using copy = await copyModel("sd1");
    const path = join(copy.folder, "scheduler/scheduler_config.json");
    const config: object = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...config, _class_name: className }));
    const firstChange = async (request: Partial<GenerateRequest>) => {
      const prompt = "a [red:blue:0.5] house";
      const drawing = () => generate({ ...base, prompt, steps: 10, ...request, model: copy.folder });
      const texts = runsOf(await watchGraphs(drawing), "unet").map(({ feeds }) =>
        feeds["encoder_hidden_states"]!.data.join(),
      );
      return texts.findIndex((text) => text !== texts[0]);
    };
    expect(await firstChange({})).toBe(await firstChange({ sampler }));
  },
);

describe("limits and curve of a schedule are written", () => {
  const levels = { sigmaMin: 0.1, sigmaMax: 10, rho: 5, discardPenultimate: true };
  const parametersOf = async (request: Partial<GenerateRequest>) =>
    (await pipeline.generate({ ...base, ...levels, ...request })).pictures[0]!.parameters;

  test.each<[string, Partial<GenerateRequest>]>([
    ["the folder's own scheduler", {}],
    ["a sampler that spaces training steps itself", { sampler: "DDIM" }],
  ])("not for %s, which takes none of them", async (_, request) => {
    expect(await parametersOf(request)).not.toMatch(/sigma|rho/);
  });

  test.each<[string, Partial<GenerateRequest>]>([
    ["a schedule that was asked for", { sampler: "UniPC", schedule: "Karras" }],
    ["a sampler's own", { sampler: "DPM++ 2M" }],
    ["the hires pass's", { hires: { sampler: "DPM++ 2M" } }],
  ])("for %s", async (_, request) => {
    expect(await parametersOf(request)).toContain(
      "Schedule min sigma: 0.1, Schedule max sigma: 10, Schedule rho: 5, Discard penultimate sigma: True",
    );
  });
});
