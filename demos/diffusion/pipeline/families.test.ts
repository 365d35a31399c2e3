import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copyModel, hashOf, modelFolder } from "./fixtures/models.ts";
import { runsOf, watchGraphs, type GraphRun } from "./fixtures/watch-graphs.ts";
import { generate } from "./generate.ts";
import type { GenerateRequest } from "./generation/request.ts";
import { embedGuidance } from "./generation/guidance-embedding.ts";
import { tokenizerJsonFromVocabulary } from "./tokenizer/vocabulary.ts";

/** Draws with the real graphs, and notes what went into each of them and came out. */
const watch = (name: string, request: Partial<GenerateRequest> = {}) =>
  watchGraphs(() => generate({ prompt: "a red house", seed: 1, ...request, model: modelFolder(name) }));

const ofUnet = (runs: readonly GraphRun[]) => runsOf(runs, "unet");
const sides = (runs: readonly GraphRun[], input: string) => runs.map(({ feeds }) => feeds[input]?.dims);
const numbers = (runs: readonly GraphRun[], input: string) => runs.map(({ feeds }) => feeds[input]?.data);

describe("SDXL", () => {
  test("knows two texts side by side, the second in one vector, and the size it draws", async () => {
    const runs = await watch("sdxl", { negativePrompt: "a boat", steps: 2, width: 96, height: 64 });
    const [first] = ofUnet(runs);
    expect(first!.feeds["encoder_hidden_states"]!.dims).toEqual([2, 77, 16]);
    expect(first!.feeds["text_embeds"]!.dims).toEqual([2, 8]);
    expect(first!.feeds["time_ids"]).toEqual({
      dims: [2, 6],
      data: [64, 96, 0, 0, 64, 96, 64, 96, 0, 0, 64, 96],
    });
    const pooled = runs
      .filter(({ file }) => file === "text_encoder_2/model.onnx")
      .map(({ results }) => results[1]!);
    expect(first!.feeds["text_embeds"]!.data).toEqual(pooled.flat());
  });

  test("takes an absent negative prompt as zeros, in all its vectors", async () => {
    const [first] = ofUnet(await watch("sdxl", { steps: 1 }));
    const { encoder_hidden_states: text, text_embeds: pooled } = first!.feeds;
    expect(text!.data.slice(77 * 16)).toEqual(Array.from({ length: 77 * 16 }, () => 0));
    expect(pooled!.data.slice(8)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(text!.data.slice(0, 77 * 16).some((value) => value !== 0)).toBe(true);
  });
});

describe("SDXL's refiner", () => {
  const scores = (runs: readonly GraphRun[]) =>
    numbers(ofUnet(runs), "time_ids").map((rows) => [rows!.slice(0, 5), rows!.slice(5)]);
  const expected = [
    [64, 64, 0, 0, 6],
    [64, 64, 0, 0, 2.5],
  ];

  test("has the second encoder alone, and an aesthetic score for each half", async () => {
    const runs = await watch("sdxl-refiner", { negativePrompt: "a boat", steps: 2 });
    expect(new Set(runs.map(({ file }) => file))).toEqual(
      new Set(["text_encoder_2/model.onnx", "unet/model.onnx", "vae_decoder/model.onnx"]),
    );
    expect(ofUnet(runs)[0]!.feeds["encoder_hidden_states"]!.dims).toEqual([2, 77, 8]);
    expect(scores(runs)).toEqual([expected, expected]);
  });

  test("tells the halves apart where prompt and negative prompt are one text, or change on the way", async () => {
    expect(scores(await watch("sdxl-refiner", { negativePrompt: "a red house", steps: 1 }))).toEqual([
      expected,
    ]);
    const changing = await watch("sdxl-refiner", { negativePrompt: "[a boat:a tree:0.5]", steps: 4 });
    expect(scores(changing)).toEqual([expected, expected, expected, expected]);
  });

  test("goes on from a picture that the base model drew", async () => {
    const base = { prompt: "a red house", negativePrompt: "a boat", seed: 1, steps: 10 };
    const [drawn] = (await generate({ ...base, model: modelFolder("sdxl") })).pictures;
    const source = { picture: drawn!.picture, strength: 0.3 };
    const refined = await generate({ ...base, source, model: modelFolder("sdxl-refiner") });
    expect(refined.pictures[0]!.picture).toMatchObject({ width: 64, height: 64 });
    expect(hashOf(refined.pictures[0]!.picture)).not.toBe(hashOf(drawn!.picture));
  });
});

describe("models distilled to a few steps", () => {
  test.each(["turbo", "sdxl-turbo", "lcm-merged"])(
    "%s: four steps without a second half, unless asked",
    async (name) => {
      const runs = ofUnet(await watch(name, { negativePrompt: "a boat" }));
      expect(sides(runs, "sample")).toEqual(Array.from({ length: 4 }, () => [1, 4, 8, 8]));
      const guided = ofUnet(await watch(name, { negativePrompt: "a boat", cfgScale: 2, steps: 1 }));
      expect(sides(guided, "sample")).toEqual([[2, 4, 8, 8]]);
    },
  );

  test("Turbo's single step sets out from pure noise at the last training step", async () => {
    const [run, ...more] = ofUnet(await watch("sdxl-turbo", { steps: 1 }));
    expect(more).toEqual([]);
    expect(run!.feeds["timestep"]).toEqual({ data: [999], dims: [] });
    const sample = run!.feeds["sample"]!.data;
    const spread = Math.sqrt(sample.reduce((sum, value) => sum + value ** 2, 0) / sample.length);
    expect(spread).toBeGreaterThan(0.85);
    expect(spread).toBeLessThan(1.15);
  });

  test("LCM takes its own training steps, and its guidance as a vector", async () => {
    const runs = ofUnet(await watch("lcm", { cfgScale: 3, negativePrompt: "a boat" }));
    expect(numbers(runs, "timestep")).toEqual([[999], [759], [499], [259]]);
    expect(sides(runs, "sample")).toEqual(Array.from({ length: 4 }, () => [1, 4, 8, 8]));
    const vector = [...embedGuidance(3, 256)];
    expect(runs.every(({ feeds }) => feeds["timestep_cond"]!.dims.join() === "1,256")).toBe(true);
    expect(numbers(runs, "timestep_cond")).toEqual(runs.map(() => vector));
    // Sine and cosine of 2000, and of 2000 at the slowest rate of one in ten thousand.
    expect([vector[0], vector[128]]).toEqual([Math.sin(2000), Math.cos(2000)].map(Math.fround));
    expect([vector[127], vector[255]].map((value) => value!.toFixed(5))).toEqual(["0.19867", "0.98007"]);
    const merged = ofUnet(await watch("lcm-merged"));
    expect(numbers(merged, "timestep_cond")).toEqual([undefined, undefined, undefined, undefined]);
  });
});

test("Stable Diffusion 2 answers with a velocity, to whole training steps and to tokens of 32 bits", async () => {
  const runs = await watch("sd2-v", { steps: 1, cfgScale: 1 });
  const [unet] = ofUnet(runs);
  const decoder = runs.find(({ file }) => file === "vae_decoder/model.onnx");
  expect(unet!.feeds["timestep"]).toEqual({ data: [1], dims: [1] });
  // One step of DDIM from training step 1 ends at the first: x0 = α·x - σ·v, put together with the noise again.
  const [left, last] = [0.998296022, 0.999149978];
  const [alpha, sigma] = [Math.sqrt(left), Math.sqrt(1 - left)];
  const expected = unet!.feeds["sample"]!.data.map((x, i) => {
    const v = unet!.results[0]![i]!;
    const noise = alpha * v + sigma * x;
    return (Math.sqrt(last) * (alpha * x - sigma * v) + Math.sqrt(1 - last) * noise) / 0.18215;
  });
  decoder!.feeds["latent_sample"]!.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  const texts = runs.filter(({ file }) => file === "text_encoder/model.onnx");
  // Padded with "!", which is token 0, behind the end.
  expect(texts[0]!.feeds["input_ids"]!.data.slice(-3)).toEqual([0, 0, 0]);
});

test("a folder saved with tokenizer.json alone draws the same picture", async () => {
  await using copy = await copyModel("sd1");
  const path = (name: string) => join(copy.folder, "tokenizer", name);
  const vocabulary: unknown = JSON.parse(await readFile(path("vocab.json"), "utf8"));
  const merges = await readFile(path("merges.txt"), "utf8");
  const json = tokenizerJsonFromVocabulary(vocabulary as Record<string, number>, merges);
  for (const name of ["vocab.json", "merges.txt", "special_tokens_map.json"]) await rm(path(name));
  await writeFile(path("tokenizer.json"), JSON.stringify(json));
  const request = { prompt: "a (red:1.3) house, by the sea", seed: 3, steps: 3 };
  const [plain, again] = await Promise.all(
    [modelFolder("sd1"), copy.folder].map((model) => generate({ ...request, model })),
  );
  expect(hashOf(again!.pictures[0]!.picture)).toBe(hashOf(plain!.pictures[0]!.picture));
});
