import { expect, test } from "vitest";
import { Conditioner } from "../conditioning/conditioner.ts";
import { modelFolder } from "../fixtures/models.ts";
import { loadModel } from "../model/load-model.ts";
import { LatentPreview } from "./latent-preview.ts";
import type { StepEvent } from "./run-context.ts";
import { runGeneration } from "./run-generation.ts";

test("a preview that fails is left out and said once; the picture is drawn", async () => {
  const model = await loadModel(modelFolder("sd1"));
  const closed = await loadModel(modelFolder("sd1"));
  await closed.release();
  const tools = {
    model,
    conditioner: new Conditioner(model),
    preview: new LatentPreview(closed),
    upscalers: [],
    memoryLimit: undefined,
  };
  const events: StepEvent[] = [];
  const request = { prompt: "a", seed: 1, steps: 4, batchCount: 2, preview: "full" } as const;
  const { pictures, notes } = await runGeneration(tools, request, { onStep: (event) => events.push(event) });
  expect(pictures).toHaveLength(2);
  expect(events.map(({ batch, step, previews }) => [batch, step, previews.length])).toEqual(
    [1, 2].flatMap((batch) => [1, 2, 3, 4].map((step) => [batch, step, 0])),
  );
  expect(notes).toEqual([
    expect.stringMatching(
      /^The pictures in between were left out: vae_decoder\/model\.onnx failed while it ran/,
    ),
  ]);
  await model.release();
});
