import { afterAll, beforeAll, expect, test } from "vitest";
import { DiffusionPipeline } from "../diffusion-pipeline.ts";
import { hashOf, modelFolder } from "../fixtures/models.ts";
import type { GenerateRequest } from "./request.ts";
import type { StepEvent } from "./run-context.ts";
import { StopControl } from "./stop-control.ts";

let pipeline: DiffusionPipeline;
beforeAll(async () => {
  pipeline = await DiffusionPipeline.open({ model: modelFolder("sd1-layers") });
});
afterAll(() => pipeline.close());

const request: GenerateRequest = { prompt: "a", seed: 1, steps: 10, cfgScale: 2, batchCount: 3 };

/** Draws, and calls `act` at a step of a batch. */
async function drawAnd(
  at: { batch: number; step: number },
  act: (control: StopControl) => void,
  signal?: AbortSignal,
) {
  const control = new StopControl();
  const events: StepEvent[] = [];
  const result = await pipeline.generate(request, {
    control,
    signal,
    onStep(event) {
      events.push(event);
      if (event.batch === at.batch && event.step === at.step) act(control);
    },
  });
  return { ...result, steps: events.map(({ batch, step }) => `${batch}.${step}`) };
}

test("an abort throws the signal's reason within one step, and the pipeline goes on", async () => {
  const abort = new AbortController();
  const reason = new Error("the visitor left");
  const events: StepEvent[] = [];
  const drawn = pipeline.generate(request, {
    signal: abort.signal,
    onStep(event) {
      events.push(event);
      if (event.step === 3) abort.abort(reason);
    },
  });
  await expect(drawn).rejects.toBe(reason);
  expect(events).toHaveLength(3);
  expect((await pipeline.generate({ ...request, batchCount: 1 })).pictures).toHaveLength(1);
});

test("a signal that was aborted before starts nothing", async () => {
  await expect(pipeline.generate(request, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
});

test("skip finishes the batch as it is and goes on with the next", async () => {
  const { pictures, steps } = await drawAnd({ batch: 1, step: 4 }, (control) => control.skip());
  expect(steps.filter((step) => step.startsWith("1."))).toHaveLength(4);
  expect(steps.filter((step) => step.startsWith("2."))).toHaveLength(10);
  expect(pictures.map(({ seed, isIncomplete }) => [seed, isIncomplete])).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
});

test("interrupt finishes the batch as it is and ends the job", async () => {
  const { pictures, steps } = await drawAnd({ batch: 2, step: 4 }, (control) => control.interrupt());
  expect(steps.at(-1)).toBe("2.4");
  expect(pictures.map(({ isIncomplete }) => isIncomplete)).toEqual([false, true]);
});

test("stop after this picture finishes the batch whole", async () => {
  const { pictures, steps } = await drawAnd({ batch: 1, step: 4 }, (control) => control.stopAfterPicture());
  expect(steps.at(-1)).toBe("1.10");
  expect(pictures.map(({ isIncomplete }) => isIncomplete)).toEqual([false]);
  const whole = await pipeline.generate({ ...request, batchCount: 1 });
  expect(hashOf(pictures[0]!.picture)).toBe(hashOf(whole.pictures[0]!.picture));
});
