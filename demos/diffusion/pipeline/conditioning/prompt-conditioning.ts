import { planPrompt, type PromptPlan } from "../prompt/prompt-plan.ts";
import { entryAtCall, type ScheduleEntry } from "../prompt/schedule.ts";
import type { Conditioner, Conditioning, ConditioningOptions } from "./conditioner.ts";

export interface PromptsRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Model calls that schedules count, of the first pass. */
  readonly steps: number;
  /** Model calls of the hires pass; given, schedules are that pass's. */
  readonly hiresSteps?: number | undefined;
  readonly oldSchedules: boolean;
  readonly hasComments: boolean;
  readonly options: ConditioningOptions;
  /** Whether an empty negative prompt is all zeros, as SDXL was trained. */
  readonly zeroesEmptyNegative: boolean;
  /** Whether there is guidance, so that the negative prompt has a say. */
  readonly usesNegative: boolean;
  /** Whether short texts get empty chunks until all are of one length. */
  readonly padsToLongest: boolean;
}

/** One part of the prompt at one model call. */
export interface ActivePart {
  readonly conditioning: Conditioning;
  readonly weight: number;
}

/** What conditions a model call. */
export interface ActivePrompts {
  readonly parts: readonly ActivePart[];
  readonly negative: Conditioning | undefined;
}

export interface PromptConditioning {
  /** The same object as long as nothing changes from call to call. */
  at(call: number): ActivePrompts;
  /** Tags such as `<lora:name:1>` that were taken out and do nothing here. */
  readonly ignoredTags: readonly string[];
}

/** Encodes every text that a prompt's schedule goes through, before the first step. */
export async function conditionPrompts(
  conditioner: Conditioner,
  request: PromptsRequest,
  beforeRun: () => Promise<void>,
): Promise<PromptConditioning> {
  const { steps, hiresSteps, oldSchedules: oldBehaviour, hasComments } = request;
  const planOptions = {
    steps,
    oldBehaviour,
    hasComments,
    ...(hiresSteps === undefined ? {} : { hiresSteps }),
  };
  const plan = planPrompt(request.prompt, planOptions);
  const negativePlan = planPrompt(request.negativePrompt, { ...planOptions, composes: false });
  // Several parts, or one of another weight than 1, are weighed against the negative even without guidance.
  const usesNegative = request.usesNegative || plan.parts.length > 1 || plan.parts[0]?.weight !== 1;
  const schedules = [...plan.parts, ...(usesNegative ? negativePlan.parts : [])].map((part) => part.schedule);
  const options = request.padsToLongest
    ? { ...request.options, leastChunks: mostChunks(conditioner, schedules, request.options) }
    : request.options;
  const encode = async (schedule: readonly ScheduleEntry[]) => {
    const encoded = new Map<ScheduleEntry, Conditioning>();
    for (const entry of schedule)
      encoded.set(entry, await conditioner.encode(entry.text, options, beforeRun));
    return { schedule, encoded };
  };
  const parts = [];
  for (const part of plan.parts) parts.push({ weight: part.weight, ...(await encode(part.schedule)) });
  const negative = usesNegative ? await encode(negativePlan.parts[0]!.schedule) : undefined;
  if (negative !== undefined && request.zeroesEmptyNegative) zeroEmpty(conditioner, negative);
  return { at: rememberActive({ parts, negative }), ignoredTags: listTags([plan, negativePlan]) };
}

interface EncodedSchedule {
  readonly schedule: readonly ScheduleEntry[];
  readonly encoded: Map<ScheduleEntry, Conditioning>;
}

interface EncodedPrompts {
  readonly parts: readonly (EncodedSchedule & { readonly weight: number })[];
  readonly negative: EncodedSchedule | undefined;
}

/** Looks entries up per call, and gives the same object again while they are the same. */
function rememberActive({ parts, negative }: EncodedPrompts): (call: number) => ActivePrompts {
  const known = new Map<string, ActivePrompts>();
  const all = negative === undefined ? parts : [...parts, negative];
  return (call) => {
    const entries = all.map(({ schedule }) => entryAtCall(schedule, call));
    const key = entries.map((entry, i) => all[i]!.schedule.indexOf(entry)).join();
    const active = known.get(key) ?? {
      parts: parts.map(({ encoded, weight }, i) => ({ conditioning: encoded.get(entries[i]!)!, weight })),
      negative: negative?.encoded.get(entries.at(-1)!),
    };
    known.set(key, active);
    return active;
  };
}

function zeroEmpty(conditioner: Conditioner, { schedule, encoded }: EncodedSchedule): void {
  for (const entry of schedule) {
    if (entry.text.trim() === "") encoded.set(entry, conditioner.zeros(encoded.get(entry)!));
  }
}

function mostChunks(
  conditioner: Conditioner,
  schedules: readonly (readonly ScheduleEntry[])[],
  options: ConditioningOptions,
): number {
  const texts = new Set(schedules.flat().map(({ text }) => text));
  return Math.max(...[...texts].map((text) => conditioner.countChunks(text, options)));
}

function listTags(plans: readonly PromptPlan[]): string[] {
  return plans.flatMap(({ networks }) => networks.map((tag) => `<${tag.kind}:${tag.arguments.join(":")}>`));
}
