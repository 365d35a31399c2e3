import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { generate } from "../generate.ts";

test("nothing more is drawn until a finished picture was taken", async () => {
  const drawnMeanwhile: number[] = [];
  let steps = 0;
  await generate({
    model: modelFolder("sd1"),
    prompt: "a",
    seed: 1,
    batchCount: 3,
    steps: 3,
    onStep: () => void steps++,
    async onPicture() {
      const before = steps;
      await setTimeout(50);
      drawnMeanwhile.push(steps - before);
    },
  });
  expect(steps).toBe(9);
  expect(drawnMeanwhile).toEqual([0, 0, 0]);
});
