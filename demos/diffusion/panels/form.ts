import { Accordion, Button, Checkbox, Column, Dropdown, Number, Row, Slider, Textbox } from "vitrine";
import { latentUpscalers } from "../pipeline/generation/resize-latents.ts";
import { randomSourceNames } from "../pipeline/random/random-source.ts";
import { samplers } from "../pipeline/samplers/sampler-table.ts";
import { schedules } from "../pipeline/schedules/schedule-table.ts";
import type { ModelChoice, Studio } from "../studio.ts";
import { largestSeed, leastStrength, ownSampler } from "./form-values.ts";
import { modelValues } from "./model-choice.ts";

/** The two texts, with the most room. */
export function buildPrompts({ styles }: Studio) {
  return {
    prompt: new Textbox({
      label: "Prompt",
      info: "0/75 tokens",
      lines: 3,
      maxLines: 8,
      placeholder: "a red house by the sea at sunset",
      autofocus: true,
    }),
    negativePrompt: new Textbox({
      label: "Negative prompt",
      info: "0/75 tokens",
      lines: 1,
      maxLines: 6,
      placeholder: "what must not be there",
    }),
    styles: new Dropdown({
      label: "Styles",
      choices: styles.map(({ name }) => name),
      multiselect: true,
      value: [],
      visible: styles.length > 0,
    }),
  };
}

/** Everything else a picture is made with. */
export function buildSettings({ models, upscalers }: Studio) {
  const [usual] = models;
  if (!usual) throw new Error("A studio has at least one model.");
  const model = new Dropdown({
    label: "Model",
    choices: models.map(({ name }) => name),
    value: usual.name,
    visible: models.length > 1,
  });
  const sampling = buildSampling(usual, models);
  const size = buildSize(models);
  const guidance = buildGuidance(models);
  const tools = buildTools();
  const fields = { model, ...sampling, ...size, ...guidance, ...buildHires(upscalers), ...buildExtra() };
  return { fields, tools };
}

function buildSampling(usual: ModelChoice, models: readonly ModelChoice[]) {
  const values = modelValues(usual);
  const sampler = new Dropdown({
    label: "Sampler",
    choices: [ownSampler, ...samplers.map(({ name }) => name)],
    value: values.sampler,
    render: false,
  });
  const schedule = new Dropdown({
    label: "Schedule",
    choices: schedules.map(({ label }) => label),
    value: values.schedule,
    render: false,
  });
  new Row(() => void [sampler, schedule].map((field) => field.render()));
  const steps = new Slider({ label: "Steps", step: 1, ...range(models, "steps", [1, 150]) });
  return { sampler, schedule, steps };
}

function buildSize(models: readonly ModelChoice[]) {
  const side = { step: 8, render: false } as const;
  const fields = {
    width: new Slider({ label: "Width", ...side, ...range(models, "width", [64, 2048]) }),
    height: new Slider({ label: "Height", ...side, ...range(models, "height", [64, 2048]) }),
  };
  new Row(() => void Object.values(fields).map((field) => field.render()));
  return fields;
}

/** What a slider shows first, and its ends, which reach what is usual for any of the models. */
function range(
  models: readonly ModelChoice[],
  name: "steps" | "cfgScale" | "width" | "height",
  [minimum, maximum]: readonly [number, number],
) {
  const usual = models.map((model) => model[name]);
  return {
    minimum: Math.min(minimum, ...usual),
    maximum: Math.max(maximum, ...usual),
    value: usual[0] ?? minimum,
  };
}

function buildGuidance(models: readonly ModelChoice[]) {
  const fields = {
    cfgScale: new Slider({ label: "CFG scale", step: 0.5, ...range(models, "cfgScale", [1, 30]) }),
    seed: new Number({
      label: "Seed",
      info: "-1: random",
      value: -1,
      minimum: -1,
      maximum: largestSeed,
      precision: 0,
      render: false,
    }),
    batchCount: new Number({
      label: "Batches",
      info: "one by one",
      value: 1,
      minimum: 1,
      maximum: 100,
      precision: 0,
      render: false,
    }),
    batchSize: new Number({
      label: "Batch size",
      info: "at once",
      value: 1,
      minimum: 1,
      maximum: 8,
      precision: 0,
      render: false,
    }),
  };
  new Row({ elemClasses: ["studio-numbers"] }, () => {
    for (const field of [fields.seed, fields.batchCount, fields.batchSize]) field.render();
  });
  return fields;
}

/** Wired where the pictures are known. */
function buildTools() {
  const tools = {} as Record<"randomSeed" | "reuseSeed" | "swapSides", Button>;
  new Row({ elemClasses: ["studio-tools"] }, () => {
    tools.randomSeed = new Button("Random seed", { size: "sm" });
    tools.reuseSeed = new Button("Reuse seed", { size: "sm" });
    tools.swapSides = new Button("Swap sides", { size: "sm" });
  });
  return tools;
}

function buildExtra() {
  const fields = {
    variationSeed: new Number({
      label: "Variation seed",
      value: -1,
      minimum: -1,
      maximum: largestSeed,
      precision: 0,
      render: false,
    }),
    variationStrength: new Slider({
      label: "Variation strength",
      minimum: 0,
      maximum: 1,
      step: 0.01,
      value: 0,
      render: false,
    }),
    clipSkip: new Slider({ label: "Clip skip", minimum: 1, maximum: 12, step: 1, value: 1, render: false }),
    randomSource: new Dropdown({
      label: "Random numbers",
      choices: [...randomSourceNames],
      value: "NV",
      render: false,
    }),
  };
  new Accordion({ label: "Variation, clip skip and random numbers", open: false }, () => {
    new Column({ minWidth: 0 }, () => void Object.values(fields).map((field) => field.render()));
  });
  return fields;
}

function buildHires(upscalers: readonly string[]) {
  const names = [...Object.keys(latentUpscalers), ...upscalers];
  const fields = {
    hires: new Checkbox({
      label: "Hires fix",
      info: "draws small, enlarges, and draws the details anew",
      value: false,
      render: false,
    }),
    hiresScale: new Slider({
      label: "Enlarge by",
      minimum: 1,
      maximum: 4,
      step: 0.05,
      value: 2,
      render: false,
    }),
    hiresUpscaler: new Dropdown({
      label: "Enlarge with",
      choices: names,
      value: names[0] ?? "Latent",
      render: false,
    }),
    hiresSteps: new Slider({
      label: "Hires steps",
      info: "0: as many as the first time",
      minimum: 0,
      maximum: 150,
      step: 1,
      value: 0,
      render: false,
    }),
    hiresStrength: new Slider({
      label: "Denoising strength",
      minimum: leastStrength,
      maximum: 1,
      step: 0.01,
      value: 0.7,
      render: false,
    }),
  };
  new Accordion({ label: "Hires fix", open: false }, () => {
    new Column({ minWidth: 0 }, () => void Object.values(fields).map((field) => field.render()));
  });
  return fields;
}
