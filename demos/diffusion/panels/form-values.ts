import * as v from "valibot";
import { parseInfotext, withDefaults } from "../images/parse-infotext.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { applyStyles, type PromptStyle } from "../pipeline/prompt/styles.ts";
import { lookUpSchedule } from "../pipeline/schedules/schedule-table.ts";
import { parseSamplerName, samplers } from "../pipeline/samplers/sampler-table.ts";
import { StudioError } from "../studio-error.ts";

/** The sampler that the model's folder names. */
export const ownSampler = "The model's own";
export const largestSeed = 2 ** 32 - 1;

const formSchema = v.object({
  prompt: v.string(),
  negativePrompt: v.string(),
  styles: v.array(v.string()),
  model: v.string(),
  sampler: v.string(),
  schedule: v.string(),
  steps: v.number(),
  width: v.number(),
  height: v.number(),
  cfgScale: v.number(),
  seed: v.number(),
  batchCount: v.number(),
  batchSize: v.number(),
  variationSeed: v.number(),
  variationStrength: v.number(),
  clipSkip: v.number(),
  randomSource: v.string(),
  hires: v.boolean(),
  hiresScale: v.number(),
  hiresUpscaler: v.string(),
  hiresSteps: v.number(),
  hiresStrength: v.number(),
});

/** What the fields of txt2img hold, by their names. */
export type FormValues = v.InferOutput<typeof formSchema>;
export type FormField = keyof FormValues;

/** The values of the fields, given in the fields' order. */
export function readForm(names: readonly string[], values: readonly unknown[]): FormValues {
  return v.parse(formSchema, Object.fromEntries(names.map((name, index) => [name, values[index]])));
}

/**
 * @param styles those the form's names are of
 * @throws {StudioError} `REQUEST_INVALID` for a prompt without a word.
 */
export function toRequest(form: FormValues, styles: readonly PromptStyle[]): GenerateRequest {
  const { prompt, negativePrompt } = applyStyles(form, form.styles, styles);
  if (prompt.trim() === "" && negativePrompt.trim() === "") {
    throw new StudioError("REQUEST_INVALID", {
      message: "The prompt is empty.",
      hint: "Say in a few words what the picture shall show.",
    });
  }
  const { hires, hiresScale, hiresUpscaler, hiresSteps, hiresStrength } = form;
  return {
    prompt,
    negativePrompt,
    sampler: form.sampler === ownSampler ? undefined : form.sampler,
    schedule: form.schedule,
    steps: form.steps,
    width: form.width,
    height: form.height,
    cfgScale: form.cfgScale,
    seed: form.seed,
    batchCount: form.batchCount,
    batchSize: form.batchSize,
    variationSeed: form.variationSeed,
    variationStrength: form.variationStrength,
    clipSkip: form.clipSkip,
    randomSource: form.randomSource,
    hires: hires
      ? { scale: hiresScale, upscaler: hiresUpscaler, steps: hiresSteps, strength: hiresStrength }
      : undefined,
  };
}

/** What a field takes. */
export interface FormChoices {
  readonly models: readonly string[];
  readonly upscalers: readonly string[];
}

/**
 * What a parameters text says about the fields. Batches stay as they are: the text is about one picture. A text that
 * names a sampler, model or upscaler there is none of leaves that field as it is.
 */
export function fromInfotext(text: string, { models, upscalers }: FormChoices): Partial<FormValues> {
  const { prompt, negativePrompt, parameters } = withDefaults(parseInfotext(text));
  const isGiven = parseInfotext(text).parameters.size > 0;
  // The prompts of a text have their styles in them.
  const prompts = { prompt, negativePrompt, styles: [] };
  if (!isGiven) return prompts;
  const number = (key: string) => {
    const value = parameters.get(key);
    return value === undefined || value === "" || Number.isNaN(+value) ? undefined : +value;
  };
  const among = (known: readonly string[], key: string) => known.find((name) => name === parameters.get(key));
  const hiresScale = number("Hires upscale");
  const sources: Readonly<Record<string, string>> = { GPU: "NV", NV: "NV", CPU: "CPU", NumPy: "NumPy" };
  return defined({
    ...prompts,
    model: among(models, "Model"),
    ...readSampler(parameters),
    steps: number("Steps"),
    width: number("Size-1"),
    height: number("Size-2"),
    cfgScale: number("CFG scale"),
    seed: number("Seed"),
    variationSeed: number("Variation seed") ?? -1,
    variationStrength: number("Variation seed strength") ?? 0,
    clipSkip: number("Clip skip"),
    randomSource: sources[parameters.get("RNG") ?? ""],
    hires: hiresScale !== undefined,
    hiresScale,
    hiresUpscaler: among(upscalers, "Hires upscaler"),
    hiresSteps: number("Hires steps") ?? (hiresScale === undefined ? undefined : 0),
    hiresStrength:
      hiresScale === undefined ? undefined : atLeast(leastStrength, number("Denoising strength")),
  });
}

/** The webui writes a hires pass of strength 0, which changes next to nothing; here the least draws it so. */
export const leastStrength = 0.01;

function atLeast(least: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.max(least, value);
}

/** Old texts name sampler and schedule in one; a folder's own scheduler is named by its class. */
function readSampler(
  parameters: ReadonlyMap<string, string>,
): Pick<Partial<FormValues>, "sampler" | "schedule"> {
  const name = parameters.get("Sampler");
  const schedule = lookUpSchedule(parameters.get("Schedule type") ?? "Automatic")?.label;
  if (name === undefined) return defined({ schedule });
  if (name.endsWith("Scheduler")) return defined({ sampler: ownSampler, schedule });
  const parsed = parseKnown(name);
  const isNamedInOne = parsed !== undefined && parameters.get("Schedule type") === "Automatic";
  return defined({
    sampler: parsed?.sampler,
    schedule: isNamedInOne ? (lookUpSchedule(parsed.schedule)?.label ?? schedule) : schedule,
  });
}

function parseKnown(name: string): { readonly sampler: string; readonly schedule: string } | undefined {
  try {
    const { sampler, schedule } = parseSamplerName(name);
    return samplers.some((known) => known.name === sampler.name)
      ? { sampler: sampler.name, schedule }
      : undefined;
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
