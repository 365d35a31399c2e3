import { expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs, type GraphRun } from "../fixtures/watch-graphs.ts";
import { generate } from "../generate.ts";
import type { GenerateRequest } from "./request.ts";

const base = { seed: 7, steps: 6, cfgScale: 2, negativePrompt: "a boat", sampler: "Euler" };

async function watchUnet(request: GenerateRequest, model = modelFolder("sd1")): Promise<readonly GraphRun[]> {
  return runsOf(await watchGraphs(() => generate({ ...base, ...request, model })), "unet");
}

/** How many different arrays were fed, and how many different numbers were in them. */
function countFed(runs: readonly GraphRun[], input: string): [arrays: number, contents: number] {
  return [
    new Set(runs.map(({ buffers }) => buffers[input])).size,
    new Set(runs.map(({ feeds }) => feeds[input]!.data.join())).size,
  ];
}

test.each<[string, GenerateRequest, number]>([
  ["one text", { prompt: "a red house" }, 1],
  ["texts that alternate", { prompt: "a [red|blue] house" }, 2],
  ["a text that changes once", { prompt: "a [red:blue:0.5] house" }, 2],
  ["parts of a prompt, in a batch", { prompt: "a [red|blue] house AND a tree", batchSize: 2 }, 2],
])("every step fills the same buffers: %s", async (_, request, texts) => {
  const runs = await watchUnet(request);
  expect(runs).toHaveLength(6);
  expect(countFed(runs, "sample")).toEqual([1, 6]);
  expect(countFed(runs, "encoder_hidden_states")).toEqual([1, texts]);
});

test("so do the two that prompt and negative prompt have when they go apart", async () => {
  const runs = await watchUnet({ prompt: "a [red|blue] house", joinsGuidance: false });
  for (const half of [0, 1]) {
    const own = runs.filter((_, i) => i % 2 === half);
    expect(own).toHaveLength(6);
    expect(countFed(own, "sample")).toEqual([1, 6]);
    expect(countFed(own, "encoder_hidden_states")[0]).toBe(1);
  }
});

test("so does SDXL's vector of the whole text", async () => {
  const runs = await watchUnet({ prompt: "a [red|blue] house" }, modelFolder("sdxl"));
  for (const input of ["encoder_hidden_states", "text_embeds"]) expect(countFed(runs, input)).toEqual([1, 2]);
});
