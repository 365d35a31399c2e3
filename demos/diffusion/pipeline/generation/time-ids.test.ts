import { expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { runsOf, watchGraphs } from "../fixtures/watch-graphs.ts";
import { generate } from "../generate.ts";

test("SDXL is told the size that was asked for, not the larger one that its network can halve", async () => {
  const request = {
    prompt: "a",
    seed: 1,
    steps: 1,
    cfgScale: 1,
    width: 72,
    height: 104,
    hires: { scale: 1.25 },
  };
  const runs = runsOf(
    await watchGraphs(() => generate({ ...request, sampler: "Euler", model: modelFolder("sdxl") })),
    "unet",
  );
  expect(runs.map(({ feeds }) => feeds["sample"]!.dims.slice(2))).toEqual([
    [16, 12],
    [16, 12],
  ]);
  expect(runs.map(({ feeds }) => feeds["time_ids"]!.data)).toEqual([
    [104, 72, 0, 0, 104, 72],
    [128, 88, 0, 0, 128, 88],
  ]);
});
