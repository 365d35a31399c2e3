// Measures what the settings do to the embedded model's pictures, through generate(), read by the classifier:
// npx tsx demos/diffusion/training/effects.ts [folder for effects.json and effects.jpg]
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boxMask, meanDifference } from "../pipeline/fixtures/models.ts";
import { DiffusionPipeline } from "../pipeline/diffusion-pipeline.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { samplers } from "../pipeline/samplers/sampler-table.ts";
import { contactSheet, type SheetCard } from "./contact-sheet.ts";
import { asks, checkFacts, shareOf, type Facts } from "./facts.ts";
import { PostcardReader, type Reading } from "./reader.ts";

const [folder = "."] = process.argv.slice(2);
const model = fileURLToPath(new URL("../models/postcard", import.meta.url));
const pipeline = await DiffusionPipeline.open({ model });
const reader = await PostcardReader.open();
const cards: SheetCard[] = [];

const report = {
  guidance: await ofGuidance(),
  seeds: await ofSeeds(),
  negativePrompts: await ofNegativePrompts(),
  samplers: await ofSamplers(),
  imageToImage: await ofStrength(),
  inpainting: await ofMask(),
};
await writeFile(join(folder, "effects.json"), `${JSON.stringify(report, undefined, 1)}\n`);
await writeFile(join(folder, "effects.jpg"), await contactSheet(cards, 5));
await pipeline.close();
await reader.close();

/** The share of facts that are right, over the prompts of facts.ts. */
async function ofGuidance() {
  const rows = [];
  for (const cfgScale of [1, 2, 3, 5, 7]) {
    const right = await factsRight({ cfgScale });
    rows.push({ cfgScale, right });
    await show({ prompt: asks[0]!.prompt, cfgScale, seed: 1 }, `guidance ${cfgScale}: ${asks[0]!.prompt}`);
  }
  return rows;
}

async function ofSeeds() {
  const { prompt, facts } = asks[8]!;
  const pictures = await draw({ prompt, seed: 1, batchSize: 8 });
  const checks = await Promise.all(
    pictures.map(async (picture) => checkFacts(facts, await reader.read(picture))),
  );
  const differences = pictures.slice(1).map((picture) => meanDifference(pictures[0]!, picture));
  for (const [index, picture] of pictures.slice(0, 5).entries()) {
    cards.push({ picture, title: `seed ${index + 1}: ${prompt}` });
  }
  return { prompt, seeds: 8, right: shareOf(checks.flat()), difference: mean(differences) };
}

async function ofNegativePrompts() {
  const cases: readonly (readonly [
    prompt: string,
    negativePrompt: string,
    shows: (found: Reading) => boolean,
  ])[] = [
    ["a red house by day", "sun", (found) => found.light === "sun"],
    ["a red house at night", "moon", (found) => found.light === "moon"],
    ["a red house", "under the northern lights", (found) => found.sky === "aurora"],
    ["a red house", "on a starry night", (found) => found.sky === "starry"],
    ["a lighthouse", "sea", (found) => found.land === "sea"],
  ];
  const rows = [];
  for (const [prompt, negativePrompt, shows] of cases) {
    const request = { prompt, seed: 100, batchSize: 8, batchCount: 2 };
    const without = await shareThat(shows, request);
    rows.push({
      prompt,
      negativePrompt,
      without,
      with: await shareThat(shows, { ...request, negativePrompt }),
    });
    await show({ prompt, negativePrompt, seed: 100 }, `${prompt}, negative: ${negativePrompt}`);
  }
  return rows;
}

async function ofSamplers() {
  const plain = await draw({ prompt: asks[0]!.prompt, seed: 1, sampler: "Euler" });
  const rows = [];
  for (const { name } of samplers) {
    const [picture] = await draw({ prompt: asks[0]!.prompt, seed: 1, sampler: name });
    rows.push({
      name,
      right: await factsRight({ sampler: name }, 4),
      fromEuler: meanDifference(plain[0]!, picture!),
    });
  }
  return rows;
}

async function ofStrength() {
  const before = "a red house on the left among rolling hills by day, sun";
  const prompt = "a blue house on the left in the snow at night, moon";
  const asked: Facts = {
    sky: "night",
    land: "snow",
    light: "moon",
    thing: { kind: "house", colour: "blue", side: "left" },
  };
  const sources = await draw({ prompt: before, seed: 1, batchSize: 8 });
  cards.push({ picture: sources[0]!, title: before });
  const rows = [];
  for (const strength of [0.2, 0.4, 0.6, 0.8, 1]) {
    const checks: boolean[] = [];
    const differences: number[] = [];
    for (const [index, source] of sources.entries()) {
      const [picture] = await draw({ prompt, seed: 50 + index, source: { picture: source, strength } });
      checks.push(...checkFacts(asked, await reader.read(picture!)));
      differences.push(meanDifference(source, picture!));
      if (index === 0 && strength < 1)
        cards.push({ picture: picture!, title: `strength ${strength}: ${prompt}` });
    }
    rows.push({ strength, difference: mean(differences), right: shareOf(checks) });
  }
  return rows;
}

/** Asks for a house in the empty right half of a picture, and for what is around it. */
async function ofMask() {
  const before = "a green tree on the left among rolling hills by day";
  const prompt = "a green tree on the left and a red house on the right among rolling hills by day";
  const box = { left: 136, top: 96, right: 250, bottom: 250 };
  const mask = boxMask({ width: 256, height: 256 }, box);
  const sources = await draw({ prompt: before, seed: 1, batchSize: 8 });
  const outside = (x: number, y: number) =>
    x < box.left - 12 || x >= box.right + 12 || y < box.top - 12 || y >= box.bottom + 12;
  const inside = (x: number, y: number) => x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  const rows = [];
  const checks: boolean[] = [];
  for (const [index, source] of sources.entries()) {
    const [picture] = await draw({
      prompt,
      seed: 50 + index,
      source: { picture: source, strength: 1, mask: { picture: mask, content: "latent noise" } },
    });
    rows.push([meanDifference(source, picture!, outside), meanDifference(source, picture!, inside)] as const);
    checks.push(
      ...checkFacts({ thing: { kind: "house", colour: "red", side: "right" } }, await reader.read(picture!)),
    );
    if (index > 1) continue;
    cards.push(
      { picture: source, title: before },
      { picture: picture!, title: `right half drawn anew: ${prompt}` },
    );
  }
  const [differenceOutside, differenceInside] = [mean(rows.map(([a]) => a)), mean(rows.map(([, b]) => b))];
  return { pictures: rows.length, differenceOutside, differenceInside, right: shareOf(checks) };
}

async function factsRight(request: Omit<GenerateRequest, "prompt">, prompts = asks.length): Promise<number> {
  const checks: boolean[] = [];
  for (const [index, { prompt, facts }] of asks.slice(0, prompts).entries()) {
    const [picture] = await draw({ ...request, prompt, seed: 10 + index });
    checks.push(...checkFacts(facts, await reader.read(picture!)));
  }
  return shareOf(checks);
}

async function shareThat(shows: (found: Reading) => boolean, request: GenerateRequest): Promise<number> {
  const pictures = await draw(request);
  const checks = await Promise.all(pictures.map(async (picture) => shows(await reader.read(picture))));
  return shareOf(checks);
}

async function show(request: GenerateRequest, title: string): Promise<void> {
  const [picture] = await draw(request);
  cards.push({ picture: picture!, title });
}

async function draw(request: GenerateRequest) {
  const { pictures } = await pipeline.generate({ preview: "none", ...request });
  return pictures.map(({ picture }) => picture);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
