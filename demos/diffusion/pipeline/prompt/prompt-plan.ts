import { buildChunks, type Chunk, type ChunkOptions, type TokenPiece } from "./chunks.ts";
import { composePrompts } from "./composition.ts";
import { readEmphasis, type EmphasisMode } from "./emphasis.ts";
import { removeComments, takeExtraNetworks, type ExtraNetwork } from "./extra-networks.ts";
import { schedulePrompt, type ScheduleEntry, type ScheduleOptions } from "./schedule.ts";
import { StudioError } from "../../studio-error.ts";

/** Longest prompt that is read, in characters. Ten thousand words fit. */
export const maxPromptLength = 200_000;

/** One part of a prompt and the texts it goes through. */
export interface PlannedPart {
  /** Factor on the guidance scale, from `AND part :weight`. */
  readonly weight: number;
  readonly schedule: readonly ScheduleEntry[];
}

export interface PromptPlan {
  readonly parts: readonly PlannedPart[];
  /** Tags such as `<lora:name:1>` that were taken out of the prompt. */
  readonly networks: readonly ExtraNetwork[];
}

export interface PlanOptions extends ScheduleOptions {
  /** Whether AND splits the prompt; in a negative prompt it is a word. @default true */
  readonly composes?: boolean;
  /** Whether `#` begins a comment. @default true */
  readonly hasComments?: boolean;
}

/**
 * Reads one prompt: comments, extra networks, AND, then the schedule of each part.
 *
 * @throws {StudioError} `PROMPT_TOO_LONG` above 200,000 characters, `PROMPT_OPTION` for steps below 1.
 */
export function planPrompt(prompt: string, options: PlanOptions): PromptPlan {
  requireLength(prompt);
  const text = (options.hasComments ?? true) ? removeComments(prompt) : prompt;
  const { prompt: plain, networks } = takeExtraNetworks(text);
  if (options.composes === false) {
    return { parts: [{ weight: 1, schedule: schedulePrompt(plain, options) }], networks };
  }
  const { prompts, parts } = composePrompts([plain]);
  const schedules = parts.map((part) => schedulePrompt(part, options));
  const planned = (prompts[0] ?? []).map(({ index, weight }) => ({
    weight,
    schedule: schedules[index] ?? [],
  }));
  return { parts: planned, networks };
}

export interface EncodeOptions extends ChunkOptions {
  /** What brackets do. @default "Original" */
  readonly emphasis?: EmphasisMode;
}

/**
 * Turns the text of one schedule entry into the chunks a text encoder takes.
 *
 * @param encode gives the token ids of a text, without start and end token
 * @throws {StudioError} `PROMPT_TOO_LONG` above 200,000 characters.
 */
export function encodePrompt(
  text: string,
  encode: (text: string) => readonly number[],
  options: EncodeOptions,
): Chunk[] {
  requireLength(text);
  const pieces = readEmphasis(text, options.emphasis ?? "Original").map((piece): TokenPiece =>
    piece.kind === "break" ? piece : { kind: "tokens", ids: encode(piece.text), weight: piece.weight },
  );
  return buildChunks(pieces, options);
}

function requireLength(prompt: string): void {
  if (prompt.length <= maxPromptLength) return;
  throw new StudioError("PROMPT_TOO_LONG", {
    message: `A prompt may have ${maxPromptLength} characters; this one has ${prompt.length}.`,
  });
}
