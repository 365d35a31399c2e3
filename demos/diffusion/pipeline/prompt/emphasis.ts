import { parseAttention, type AttentionPiece } from "./attention.ts";
import { StudioError } from "../../studio-error.ts";

/** Every emphasis mode, in the order a menu shows them. */
export const emphasisModes = ["Original", "No norm", "Ignore", "None"] as const;

/**
 * What brackets do: `Original` multiplies token vectors and restores the chunk's mean; `No norm` only
 * multiplies (better for SDXL); `Ignore` reads brackets and drops their weights; `None` takes them literally.
 */
export type EmphasisMode = (typeof emphasisModes)[number];

/** The pieces of a prompt under an emphasis mode. BREAK works in every mode but `None`. */
export function readEmphasis(prompt: string, mode: EmphasisMode): AttentionPiece[] {
  switch (mode) {
    case "None":
      return [{ kind: "text", text: prompt, weight: 1 }];
    case "Ignore":
      return parseAttention(prompt).map((piece) =>
        piece.kind === "break" ? piece : { ...piece, weight: 1 },
      );
    case "Original":
    case "No norm":
      return parseAttention(prompt);
  }
}

/** Brackets nested by the hundred reach infinity, which would leave nothing but NaN; this much is as good. */
const mostWeight = 1e6;

/**
 * Weighs one encoded chunk in place.
 *
 * @param hidden the encoder's output, one vector after the other
 * @param weights one for each vector
 * @throws {StudioError} `PROMPT_OPTION` when the output does not divide into that many vectors.
 */
export function applyEmphasis(hidden: Float32Array, weights: readonly number[], mode: EmphasisMode): void {
  const width = hidden.length / weights.length;
  if (!Number.isInteger(width)) {
    throw new StudioError("PROMPT_OPTION", {
      message: `Expected ${weights.length} vectors of one length, got ${hidden.length} numbers.`,
    });
  }
  if (mode === "Ignore" || mode === "None" || weights.every((weight) => weight === 1)) return;
  const before = mean(hidden);
  weights.forEach((given, place) => {
    const weight = Math.max(-mostWeight, Math.min(mostWeight, given));
    for (let at = place * width; at < (place + 1) * width; at++) hidden[at] = (hidden[at] ?? 0) * weight;
  });
  if (mode === "Original") restoreMean(hidden, before);
}

function restoreMean(hidden: Float32Array, before: number): void {
  const after = mean(hidden);
  // A mean near zero (weights that cancel out) would blow the vectors up instead of restoring them.
  if (Math.abs(after) < 1e-6) return;
  const factor = before / after;
  for (let at = 0; at < hidden.length; at++) hidden[at] = (hidden[at] ?? 0) * factor;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
