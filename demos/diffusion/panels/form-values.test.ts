import { expect, test } from "vitest";
import { fromInfotext, ownSampler, toRequest, type FormValues } from "./form-values.ts";

const choices = { models: ["postcard"], upscalers: ["Latent", "Lanczos"] };

const form: FormValues = {
  prompt: "a boat, (red:1.2)",
  negativePrompt: "night",
  styles: [],
  model: "postcard",
  sampler: "DPM++ 2M",
  schedule: "Karras",
  steps: 12,
  width: 320,
  height: 256,
  cfgScale: 5.5,
  seed: 42,
  batchCount: 2,
  batchSize: 3,
  variationSeed: 7,
  variationStrength: 0.25,
  clipSkip: 2,
  randomSource: "CPU",
  hires: true,
  hiresScale: 1.5,
  hiresUpscaler: "Lanczos",
  hiresSteps: 6,
  hiresStrength: 0.4,
};

test("what the fields hold becomes a request", () => {
  expect(toRequest(form, [])).toMatchObject({
    prompt: "a boat, (red:1.2)",
    sampler: "DPM++ 2M",
    hires: { scale: 1.5, upscaler: "Lanczos", steps: 6, strength: 0.4 },
  });
  expect(toRequest({ ...form, sampler: ownSampler, hires: false }, [])).toMatchObject({
    sampler: undefined,
    hires: undefined,
  });
});

test("a form without a word is refused with advice", () => {
  expect(() => toRequest({ ...form, prompt: " ", negativePrompt: "" }, [])).toThrow(
    expect.objectContaining({ code: "REQUEST_INVALID", hint: expect.stringContaining("few words") }),
  );
});

test("a parameters text gives every field back but the batches", () => {
  const text = `a boat, (red:1.2)
Negative prompt: night
Steps: 12, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5.5, Seed: 42, Size: 320x256, Model: postcard, Variation seed: 7, Variation seed strength: 0.25, Denoising strength: 0.4, Clip skip: 2, RNG: CPU, Hires upscale: 1.5, Hires steps: 6, Hires upscaler: Lanczos`;
  const { batchCount: _count, batchSize: _size, ...restored } = form;
  expect(fromInfotext(text, choices)).toEqual(restored);
});

test("an old text that names sampler and schedule in one is understood", () => {
  const text = "x\nSteps: 20, Sampler: DPM++ 2M SDE Karras, CFG scale: 7, Seed: 1, Size: 512x512";
  expect(fromInfotext(text, choices)).toMatchObject({
    sampler: "DPM++ 2M SDE",
    schedule: "Karras",
    hires: false,
  });
});

test("names there are none of, and numbers that are none, leave their fields alone", () => {
  const text =
    "x\nSteps: many, Sampler: Magic, CFG scale: 7, Seed: 1, Model: other, Hires upscale: 2, Hires upscaler: ESRGAN";
  const values = fromInfotext(text, choices);
  expect(values).not.toHaveProperty("steps");
  expect(values).not.toHaveProperty("sampler");
  expect(values).not.toHaveProperty("model");
  expect(values).not.toHaveProperty("hiresUpscaler");
});

test("a hires pass of no strength gets the least there is", () => {
  const text = "x\nSteps: 20, Denoising strength: 0, Hires upscale: 2, Hires upscaler: Latent";
  expect(fromInfotext(text, choices)).toMatchObject({ hires: true, hiresStrength: 0.01 });
});

test("a text that is only a prompt changes the prompts alone", () => {
  expect(fromInfotext("a house\nNegative prompt: a tree", choices)).toEqual({
    prompt: "a house",
    negativePrompt: "a tree",
    styles: [],
  });
});

test("the scheduler of a model's folder is the model's own sampler", () => {
  const text =
    "x\nSteps: 20, Sampler: EulerDiscreteScheduler, Schedule type: Automatic, CFG scale: 7, Seed: 1";
  expect(fromInfotext(text, choices)).toMatchObject({ sampler: ownSampler, schedule: "Automatic" });
});

test("chosen styles are added to both prompts; one that is gone changes nothing", () => {
  const styles = [{ name: "oil", prompt: "oil painting of {prompt}", negativePrompt: "photo" }];
  const request = toRequest({ ...form, styles: ["oil", "gone"] }, styles);
  expect(request).toMatchObject({
    prompt: "oil painting of a boat, (red:1.2)",
    negativePrompt: "night, photo",
  });
  expect(toRequest({ ...form, prompt: "", styles: ["oil"] }, styles)).toMatchObject({
    prompt: "oil painting of ",
  });
});
