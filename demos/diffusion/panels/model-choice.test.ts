import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp } from "vitrine/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modelFolder } from "../pipeline/fixtures/models.ts";
import { createStudioPage } from "../studio-page.ts";
import { openStudio } from "../studio.ts";

const labels = ["Sampler", "Schedule", "Steps", "CFG scale", "Width", "Height"] as const;

let models: string;
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), "model-choice-"));
});
afterEach(() => rm(models, { recursive: true, force: true }));

async function add(name: string, from: string, usage?: object): Promise<void> {
  await cp(modelFolder(from), join(models, name), { recursive: true });
  if (usage) await writeFile(join(models, name, "generation.json"), JSON.stringify(usage));
}

async function open() {
  const studio = await openStudio({ models });
  const app = await openApp(createStudioPage(studio));
  const page = await app.openPage();
  return {
    page,
    fields: () => labels.map((label) => page.value(label)),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await studio.close();
    },
  };
}

describe("choosing another model", () => {
  test("brings its steps and guidance, and the request takes them", async () => {
    for (const name of ["sd1", "turbo"]) await add(name, name);
    await using studio = await open();
    const { page, fields } = studio;
    expect(fields()).toEqual(["The model's own", "Automatic", 20, 7, 64, 64]);
    await page.set("Model", "turbo");
    expect(fields()).toEqual(["The model's own", "Automatic", 4, 1, 64, 64]);
    await page.set("Prompt", "a boat");
    await page.click("Generate");
    expect(page.value("How it was made")).toMatch(/Steps: 4, .*CFG scale: 1, .*Model: turbo/);
    await page.set("Model", "sd1");
    expect(fields()).toEqual(["The model's own", "Automatic", 20, 7, 64, 64]);
  });

  test("a model alone is shown as it is best used", async () => {
    await add("turbo", "turbo");
    await using studio = await open();
    expect(studio.fields()).toEqual(["The model's own", "Automatic", 4, 1, 64, 64]);
  });

  test("brings what its folder names, and leaves what the visitor changed", async () => {
    await add("a", "sd1", { sampler: "Euler a", schedule: "karras", width: 128 });
    await add("b", "turbo", { sampler: "DDIM", steps: 6, height: 192 });
    await using studio = await open();
    const { page, fields } = studio;
    expect(fields()).toEqual(["Euler a", "Karras", 20, 7, 128, 64]);
    await page.set("CFG scale", 3);
    await page.set("Width", 96);
    await page.set("Model", "b");
    expect(fields()).toEqual(["DDIM", "Automatic", 6, 3, 96, 192]);
    await page.set("Model", "a");
    expect(fields()).toEqual(["Euler a", "Karras", 20, 3, 96, 64]);
  });

  test("replaces a size that the other model cannot draw", async () => {
    await add("a", "sd1");
    await add("b", "sd1");
    const config = { latent_channels: 4, block_out_channels: [8, 8, 8, 8, 8] };
    await writeFile(join(models, "b", "vae_decoder", "config.json"), JSON.stringify(config));
    await using studio = await open();
    const { page, fields } = studio;
    await page.set("Width", 72);
    await page.set("Height", 96);
    await page.set("Model", "b");
    expect(fields().slice(-2)).toEqual([128, 96]);
  });

  test("reused settings stay what they are, also where they are another model's usual ones", async () => {
    for (const name of ["sd1", "turbo"]) await add(name, name);
    await using studio = await open();
    const { page, fields } = studio;
    await page.set("Prompt", "a boat");
    await page.set("Model", "turbo");
    await page.set("Steps", 20);
    await page.click("Generate");
    await page.set("Model", "sd1");
    await page.click("Reuse settings");
    expect([page.value("Model"), ...fields().slice(2)]).toEqual(["turbo", 20, 1, 64, 64]);
    // From here on they are the turbo's.
    await page.set("Model", "sd1");
    expect(fields().slice(2)).toEqual([20, 7, 64, 64]);
  });

  test("a reload remembers whose settings are shown", async () => {
    for (const name of ["sd1", "turbo"]) await add(name, name);
    await using studio = await open();
    const { page, fields } = studio;
    await page.set("Model", "turbo");
    await page.reload();
    await page.settled();
    expect(fields().slice(2)).toEqual([4, 1, 64, 64]);
    await page.set("Model", "sd1");
    expect(fields().slice(2)).toEqual([20, 7, 64, 64]);
  });

  test("usual settings beyond the sliders' ends can be drawn with", async () => {
    await add("a", "sd1");
    await add("b", "sd1", { steps: 200, cfgScale: 0 });
    await using studio = await open();
    const { page } = studio;
    await page.set("Model", "b");
    await page.set("Prompt", "a boat");
    await page.click("Generate");
    expect(page.value("How it was made")).toMatch(/Steps: 200, .*CFG scale: 0,/);
  });
});
