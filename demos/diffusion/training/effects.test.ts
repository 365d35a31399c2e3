import { afterAll, beforeAll, expect, test } from "vitest";
import { DiffusionPipeline } from "../pipeline/diffusion-pipeline.ts";
import { postcardFolder } from "../pipeline/fixtures/fixed-picture.ts";
import { boxMask, meanDifference } from "../pipeline/fixtures/models.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { asks, checkFacts, shareOf } from "./facts.ts";
import { PostcardReader, type Reading } from "./reader.ts";

let pipeline: DiffusionPipeline;
let reader: PostcardReader;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: postcardFolder });
  reader = await PostcardReader.open();
});
afterAll(async () => {
  await pipeline.close();
  await reader.close();
});

async function draw(request: GenerateRequest) {
  const { pictures } = await pipeline.generate({ steps: 12, preview: "none", ...request });
  return pictures.map(({ picture }) => picture);
}

async function read(request: GenerateRequest) {
  return Promise.all((await draw(request)).map((picture) => reader.read(picture)));
}

test("pictures show what was asked for", async () => {
  const checks: boolean[] = [];
  for (const { prompt, facts } of asks.slice(0, 6)) {
    const [found] = await read({ prompt, seed: 10 });
    checks.push(...checkFacts(facts, found!));
  }
  expect(shareOf(checks)).toBeGreaterThan(0.8);
});

test("the more guidance, the further is the picture from the one without", async () => {
  const [none, some, more] = await Promise.all(
    [1, 3, 7].map(async (cfgScale) => (await draw({ prompt: asks[0]!.prompt, seed: 1, cfgScale }))[0]!),
  );
  const near = meanDifference(none!, some!);
  expect(near).toBeGreaterThan(1);
  expect(meanDifference(none!, more!)).toBeGreaterThan(near);
});

test("a negative prompt takes away what it names", async () => {
  const request = { prompt: "a red house", seed: 100, batchSize: 8, batchCount: 2 };
  const beside = (negativePrompt: string) => read({ ...request, negativePrompt });
  const noSun = await beside("sun");
  const noLights = await beside("under the northern lights");
  const suns = (found: readonly Reading[]) => found.filter(({ light }) => light === "sun").length;
  const northernLights = (found: readonly Reading[]) => found.filter(({ sky }) => sky === "aurora").length;
  expect(suns(noSun)).toBeLessThan(suns(noLights));
  expect(northernLights(noLights)).toBeLessThan(northernLights(noSun));
});

test("seeds change the picture and keep what was asked for", async () => {
  const { prompt, facts } = asks[0]!;
  const pictures = await draw({ prompt, seed: 1, batchSize: 4 });
  const checks = await Promise.all(
    pictures.map(async (picture) => checkFacts(facts, await reader.read(picture))),
  );
  expect(shareOf(checks.flat())).toBeGreaterThan(0.75);
  for (const other of pictures.slice(1)) expect(meanDifference(pictures[0]!, other)).toBeGreaterThan(2);
});

test("a start from a picture moves away from it with the strength, until the new prompt is what it shows", async () => {
  const [source] = await draw({ prompt: asks[0]!.prompt, seed: 1 });
  const { prompt, facts } = asks[5]!;
  const results = [];
  for (const strength of [0.2, 0.6, 1]) {
    const [picture] = await draw({ prompt, seed: 2, source: { picture: source!, strength } });
    const checks = checkFacts(facts, await reader.read(picture!));
    results.push({ difference: meanDifference(source!, picture!), right: shareOf(checks) });
  }
  const [near, between, far] = results as [(typeof results)[0], (typeof results)[0], (typeof results)[0]];
  expect(near.difference).toBeLessThan(between.difference);
  expect(between.difference).toBeLessThan(far.difference);
  expect(far.right).toBeGreaterThan(near.right);
});

test("inpainting puts what was asked for under the mask and leaves the rest as it is", async () => {
  const prompt = "a green tree on the left and a red house on the right among rolling hills by day";
  const [source] = await draw({ prompt: "a green tree on the left among rolling hills by day", seed: 1 });
  const mask = boxMask(source!, { left: 136, top: 96, right: 250, bottom: 250 });
  const [picture] = await draw({
    prompt,
    seed: 50,
    source: { picture: source!, strength: 1, mask: { picture: mask, content: "latent noise" } },
  });
  expect((await reader.read(source!)).things.house.count).toBe(0);
  expect((await reader.read(picture!)).things.house).toEqual({ count: 1, colour: "red", side: "right" });
  expect(meanDifference(source!, picture!, (x, y) => x < 120 || y < 80)).toBe(0);
});
