import { combine, type Term } from "../numeric/combine.ts";

/** A model's answer to one prompt of several joined by AND, and how much it counts. */
export interface WeightedAnswer {
  readonly output: Float32Array;
  /** @default 1 */
  readonly weight?: number;
}

export interface GuidanceOptions {
  /** How far from the negative towards the prompts: 1 takes the prompt's answer as it is. */
  readonly scale: number;
  /** The answer to the negative prompt. Leave it out at a scale of 1, where it has no say. */
  readonly negative?: Float32Array;
  readonly prompts: readonly WeightedAnswer[];
  /** Guidance rescale, from 0 (off) to 1. @default 0 */
  readonly rescale?: number;
  /** Pictures in each answer; rescaling measures them one by one. @default 1 */
  readonly batch?: number;
}

/**
 * Classifier-free guidance (Ho and Salimans, 2022, eq. 6) over any number of prompts: u + Σ wᵢ·g·(cᵢ - u).
 * It may be applied to raw answers or to denoised estimates: both are linear.
 */
export function guide(options: GuidanceOptions, out: Float32Array): Float32Array {
  const { scale, negative, prompts, rescale = 0 } = options;
  const terms: Term[] = prompts.map(({ output, weight = 1 }) => [weight * scale, output]);
  const rest = 1 - terms.reduce((sum, [factor]) => sum + factor, 0);
  if (negative !== undefined) terms.push([rest, negative]);
  // The spread is measured before `out` is written, which may be one of the answers.
  const first = prompts[0]?.output;
  const deviations = rescale > 0 && first !== undefined ? deviationsOf(first, options.batch ?? 1) : [];
  combine(out, ...terms);
  rescaleGuidance(out, { deviations, rescale });
  return out;
}

/**
 * Guidance rescale (Lin et al., "Common diffusion noise schedules and sample steps are flawed", 2023, eq. 15 and
 * 16): brings each picture's spread towards that of the prompt's own answer.
 */
function rescaleGuidance(
  guided: Float32Array,
  { deviations, rescale }: { deviations: number[]; rescale: number },
): void {
  const size = guided.length / Math.max(deviations.length, 1);
  deviations.forEach((deviation, i) => {
    const picture = guided.subarray(i * size, (i + 1) * size);
    const spread = standardDeviation(picture);
    if (spread === 0) return;
    combine(picture, [(rescale * deviation) / spread + (1 - rescale), picture]);
  });
}

function deviationsOf(answer: Float32Array, batch: number): number[] {
  const size = answer.length / batch;
  return Array.from({ length: batch }, (_, i) =>
    standardDeviation(answer.subarray(i * size, (i + 1) * size)),
  );
}

function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
