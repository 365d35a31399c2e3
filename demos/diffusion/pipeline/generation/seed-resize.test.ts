import { afterAll, beforeAll, expect, test } from "vitest";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { hashOf, modelFolder } from "../fixtures/models.ts";
import type { GenerateRequest } from "./request.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1") });
});
afterAll(() => pipeline.close());

async function draw(seedResizeFrom: GenerateRequest["seedResizeFrom"]) {
  const request = { prompt: "a", seed: 7, steps: 2, cfgScale: 1, seedResizeFrom };
  const [drawn] = (await pipeline.generate(request)).pictures;
  return { hash: hashOf(drawn!.picture), parameters: drawn!.parameters };
}

test.each([
  [0, 0],
  [-1, -1],
  [0, 512],
])(
  "the size %d × %d, as forms send it for none, changes nothing and is not written",
  async (width, height) => {
    expect(await draw({ width, height })).toEqual(await draw(undefined));
  },
);

test("another size is written, one smaller than a latent refused by the setting's name", async () => {
  expect((await draw({ width: 32, height: 48 })).parameters).toContain("Seed resize from: 32x48");
  await expect(draw({ width: 7, height: 64 })).rejects.toMatchObject({
    code: "REQUEST_INVALID",
    message: "Setting seedResizeFrom: expected sides of at least 8 pixels, or 0 for none, got 7 × 64.",
  });
});
