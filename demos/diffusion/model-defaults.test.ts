import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readModelDefaults } from "./model-defaults.ts";
import { copyModel, modelFolder } from "./pipeline/fixtures/models.ts";
import { resolveSettings } from "./pipeline/generation/settings.ts";
import { loadModel } from "./pipeline/model/load-model.ts";
import { findSchedule } from "./pipeline/schedules/schedule-table.ts";

/** What the engine takes for a request that says nothing but a prompt. */
async function engineDefaults(folder: string) {
  const model = await loadModel(folder);
  const { sampler, schedule, steps, cfgScale, size } = resolveSettings({ prompt: "" }, model);
  await model.release();
  return {
    sampler: sampler?.name,
    schedule: findSchedule(schedule).label,
    steps,
    cfgScale,
    ...size,
    factor: model.autoencoder.factor,
  };
}

// Those that are unknown are there to be refused.
const names = readdirSync(modelFolder("")).filter((name) => !name.startsWith("unknown-"));

test.each(names)("%s: a page shows what the engine takes", async (name) => {
  expect(await readModelDefaults(modelFolder(name))).toEqual(await engineDefaults(modelFolder(name)));
});

test.each([
  ["sd1", { steps: 20, cfgScale: 7 }],
  // Trailing steps alone make no Turbo.
  ["sd1-layers", { steps: 20, cfgScale: 7 }],
  ["turbo", { steps: 4, cfgScale: 1 }],
  ["sdxl-turbo", { steps: 4, cfgScale: 1 }],
  ["lcm-merged", { steps: 4, cfgScale: 1 }],
  ["lcm", { steps: 4, cfgScale: 8.5 }],
])("%s is drawn as it was trained", async (name, expected) => {
  expect(await readModelDefaults(modelFolder(name))).toMatchObject({ ...expected, width: 64, height: 64 });
});

test("what generation.json names comes before everything else", async () => {
  await using copy = await copyModel("turbo");
  const usage = { steps: 6, cfgScale: 2, sampler: "dpmpp_2m karras", schedule: "beta", height: 96 };
  await writeFile(join(copy.folder, "generation.json"), JSON.stringify(usage));
  const defaults = await readModelDefaults(copy.folder);
  const named = { steps: 6, cfgScale: 2, sampler: "DPM++ 2M", schedule: "Beta", height: 96 };
  expect(defaults).toMatchObject({ ...named, width: 64 });
  expect(defaults).toEqual(await engineDefaults(copy.folder));
});

test("the size follows the autoencoder: each level more halves the latents' sides once more", async () => {
  await using copy = await copyModel("sd1");
  const config = { latent_channels: 4, block_out_channels: [8, 8, 8] };
  await writeFile(join(copy.folder, "vae_decoder", "config.json"), JSON.stringify(config));
  const defaults = await readModelDefaults(copy.folder);
  expect(defaults).toMatchObject({ width: 32, height: 32 });
  expect(defaults).toEqual(await engineDefaults(copy.folder));
});

test("a model that the engine will refuse keeps no page from opening", async () => {
  const usual = { steps: 20, cfgScale: 7, width: 64, height: 64 };
  expect(await readModelDefaults(modelFolder("unknown-scheduler"))).toMatchObject(usual);
  await using copy = await copyModel("sd1");
  const flow = { _class_name: "FlowMatchEulerDiscreteScheduler", prediction_type: "flow_prediction" };
  await writeFile(join(copy.folder, "scheduler", "scheduler_config.json"), JSON.stringify(flow));
  expect(await readModelDefaults(copy.folder)).toMatchObject(usual);
});
