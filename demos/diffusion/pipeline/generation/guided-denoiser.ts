import type { ActivePrompts, PromptConditioning } from "../conditioning/prompt-conditioning.ts";
import type { Conditioning } from "../conditioning/conditioner.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import { guide } from "../prediction/guidance.ts";
import type { ModelCall } from "../samplers/sample.ts";
import { embedGuidance } from "./guidance-embedding.ts";
import type { LatentSize } from "./latent-size.ts";
import type { Size } from "./settings.ts";

export interface GuidanceRequest {
  readonly model: DiffusionModel;
  readonly prompts: PromptConditioning;
  readonly cfgScale: number;
  readonly rescale: number;
  /** Pictures that are sampled together. */
  readonly batch: number;
  readonly size: LatentSize;
  /** The size that was asked for, in pixels. */
  readonly pictureSize: Size;
  /** Mask and masked latents of one picture, for inpainting models. */
  readonly extraChannels: Float32Array | undefined;
  /** Whether prompt and negative prompt share a run where their lengths allow it. */
  readonly joinsGuidance: boolean;
  readonly beforeRun: () => Promise<void>;
}

/** Whether a prompt of these settings asks for the negative's half at all. */
export function usesNegative(model: DiffusionModel, cfgScale: number): boolean {
  return cfgScale > 1 && model.unet.guidanceWidth === undefined;
}

/**
 * Makes the function that asks the network: all parts of the prompt and the negative prompt, then guidance. Its
 * buffers live as long as the pass; its answer is overwritten by the next.
 */
export function createGuidedPredictor(request: GuidanceRequest) {
  const { model } = request;
  const groups = new Map<string, Group[]>();
  const size = request.batch * model.autoencoder.channels * request.size.height * request.size.width;
  const guided = new Float32Array(size);
  let last: Grouped | undefined;
  return async (input: Float32Array, call: ModelCall): Promise<Float32Array> => {
    const active = request.prompts.at(call.call);
    if (last?.active !== active) {
      const prompts = distinguish(active, model);
      last = { active, prompts, groups: groupByLength(prompts, request, groups) };
    }
    const { prompts } = last;
    const answers = new Map<Conditioning, Float32Array>();
    for (const group of last.groups) {
      await request.beforeRun();
      const { negative } = prompts;
      const output = await runGroup({ group, input, timestep: call.timestep, negative, request });
      group.members.forEach((member, i) => answers.set(member, output.subarray(i * size, (i + 1) * size)));
    }
    return combineAnswers(prompts, { answers, request, guided });
  };
}

/** The groups of the last call; they stay while its prompts do. */
interface Grouped {
  readonly active: ActivePrompts;
  readonly prompts: ActivePrompts;
  readonly groups: readonly Group[];
}

/** In SDXL's refiner prompt and negative prompt differ in their score even where their texts are the same. */
function distinguish(active: ActivePrompts, { unet }: DiffusionModel): ActivePrompts {
  const { parts, negative } = active;
  const isShared = parts.some(({ conditioning }) => conditioning === negative);
  if (negative === undefined || !isShared || unet.timeIdCount !== scoreIdCount) return active;
  return { parts, negative: { ...negative } };
}

/** Texts of one length: they go through the network together. */
interface Group {
  readonly members: readonly Conditioning[];
  readonly buffers: Buffers;
}

interface Buffers {
  sample: Float32Array;
  text: Float32Array;
  pooled: Float32Array;
  /** The members whose texts the buffers hold. */
  filledFor: readonly Conditioning[] | undefined;
}

interface GroupRun {
  readonly group: Group;
  readonly input: Float32Array;
  readonly timestep: number;
  readonly negative: Conditioning | undefined;
  readonly request: GuidanceRequest;
}

function groupByLength(
  { parts, negative }: ActivePrompts,
  { joinsGuidance }: GuidanceRequest,
  known: Map<string, Group[]>,
): readonly Group[] {
  const all = [
    ...new Set([...parts.map(({ conditioning }) => conditioning), ...(negative ? [negative] : [])]),
  ];
  const batches = joinsGuidance ? groupAlike(all) : all.map((conditioning) => [conditioning]);
  const shape = batches.map((members) => `${members.length}x${members[0]!.tokens}`).join();
  const buffers = known.get(shape)?.map((group) => group.buffers) ?? batches.map(() => emptyBuffers());
  const groups = batches.map((members, i) => ({ members, buffers: buffers[i]! }));
  known.set(shape, groups);
  return groups;
}

function groupAlike(all: readonly Conditioning[]): Conditioning[][] {
  const lengths = new Set(all.map(({ tokens }) => tokens));
  return [...lengths].map((length) => all.filter(({ tokens }) => tokens === length));
}

function emptyBuffers(): Buffers {
  const none = new Float32Array(0);
  return { sample: none, text: none, pooled: none, filledFor: undefined };
}

async function runGroup(run: GroupRun): Promise<Float32Array> {
  const { group, timestep, request } = run;
  const { unet } = request.model;
  const { members, buffers } = group;
  const count = members.length * request.batch;
  fillSample(run);
  fillTexts(buffers, members, request.batch);
  const { tokens, vectors, pooled } = members[0]!;
  const { height, width } = request.size;
  return unet.run({
    sample: { data: buffers.sample, dims: [count, unet.inputChannels, height, width] },
    timestep,
    text: { data: buffers.text, dims: [count, tokens, vectors.length / tokens] },
    pooled: pooled && { data: buffers.pooled, dims: [count, pooled.length] },
    timeIds: unet.takesPooledText ? timeIds(run) : undefined,
    guidance: guidanceFeed(request.model, request.cfgScale, count),
  });
}

/** The latents once for each text, with what inpainting models want behind each picture's. */
function fillSample({ group, input, request }: GroupRun): void {
  const { members, buffers } = group;
  const { extraChannels, batch } = request;
  const extra = extraChannels?.length ?? 0;
  const one = input.length / batch;
  const length = members.length * batch * (one + extra);
  if (buffers.sample.length !== length) buffers.sample = new Float32Array(length);
  for (let i = 0; i < members.length * batch; i++) {
    const from = (i % batch) * one;
    buffers.sample.set(input.subarray(from, from + one), i * (one + extra));
    if (extraChannels !== undefined) buffers.sample.set(extraChannels, i * (one + extra) + one);
  }
}

/** Texts change rarely from call to call; then nothing is copied. */
function fillTexts(buffers: Buffers, members: readonly Conditioning[], batch: number): void {
  if (buffers.filledFor?.every((member, i) => member === members[i]) === true) return;
  buffers.filledFor = members;
  buffers.text = repeatEach(
    members.map(({ vectors }) => vectors),
    { batch, out: buffers.text },
  );
  const pooled = members.flatMap((member) => (member.pooled === undefined ? [] : [member.pooled]));
  buffers.pooled = repeatEach(pooled, { batch, out: buffers.pooled });
}

function repeatEach(
  values: readonly Float32Array[],
  { batch, out }: { readonly batch: number; readonly out: Float32Array },
): Float32Array {
  const size = values[0]?.length ?? 0;
  const length = values.length * batch * size;
  const result = out.length === length ? out : new Float32Array(length);
  values.forEach((value, i) => {
    for (let copy = 0; copy < batch; copy++) result.set(value, (i * batch + copy) * size);
  });
  return result;
}

/** How many numbers SDXL's refiner takes, the aesthetic score among them. */
const scoreIdCount = 5;

/** Sizes and crop that SDXL was trained to know; its refiner takes an aesthetic score instead of the target. */
function timeIds({ group: { members }, negative, request: { model, pictureSize, batch } }: GroupRun) {
  const { height, width } = pictureSize;
  const takesScore = model.unet.timeIdCount === scoreIdCount;
  const rows = members.flatMap((member) => {
    const score = member === negative ? 2.5 : 6;
    const row = takesScore ? [height, width, 0, 0, score] : [height, width, 0, 0, height, width];
    return Array.from({ length: batch }, () => row).flat();
  });
  return { data: rows, dims: [members.length * batch, model.unet.timeIdCount] };
}

function guidanceFeed({ unet }: DiffusionModel, cfgScale: number, count: number) {
  if (unet.guidanceWidth === undefined) return undefined;
  const vector = embedGuidance(cfgScale, unet.guidanceWidth);
  const data = repeatEach([vector], { batch: count, out: new Float32Array(0) });
  return { data, dims: [count, vector.length] };
}

interface Answers {
  readonly answers: ReadonlyMap<Conditioning, Float32Array>;
  readonly request: GuidanceRequest;
  readonly guided: Float32Array;
}

function combineAnswers(
  { parts, negative }: ActivePrompts,
  { answers, request, guided }: Answers,
): Float32Array {
  const prompts = parts.map(({ conditioning, weight }) => ({ output: answers.get(conditioning)!, weight }));
  // There is no negative only where a single part of weight 1 has no guidance.
  if (negative === undefined) return prompts[0]!.output;
  return guide(
    {
      // Without guidance the parts of a prompt are still weighed against the negative.
      scale: usesNegative(request.model, request.cfgScale) ? request.cfgScale : 1,
      prompts,
      rescale: request.rescale,
      batch: request.batch,
      negative: answers.get(negative)!,
    },
    guided,
  );
}
