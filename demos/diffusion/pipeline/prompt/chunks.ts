import { StudioError } from "../../studio-error.ts";

/** Tokens between the start and the end token of one chunk. */
export const chunkLength = 75;

/** What the text encoder takes at once: start token, 75 places, end token. */
export interface Chunk {
  /** 77 token ids. */
  readonly ids: readonly number[];
  /** The weight of each of them; 1 for start, end and padding. */
  readonly weights: readonly number[];
  /** How many of the places hold tokens of the prompt. */
  readonly length: number;
}

/** Tokens of one weight, or the place where a new chunk begins. */
export type TokenPiece =
  | { readonly kind: "tokens"; readonly ids: readonly number[]; readonly weight: number }
  | { readonly kind: "break" };

export interface SpecialTokens {
  readonly start: number;
  readonly end: number;
  /** Fills a chunk behind its first end token: `end` in SD 1 and the first encoder of SDXL, 0 in SD 2. */
  readonly pad: number;
  /** The token of a comma at the end of a word; a vocabulary without one never moves text to the next chunk. */
  readonly comma: number | undefined;
}

export interface ChunkOptions {
  readonly special: SpecialTokens;
  /**
   * When a chunk is full, text behind a comma at most this many tokens back moves to the next chunk.
   * 0 turns it off. @default 20
   */
  readonly commaBacktrack?: number;
}

/** Lays tokens out in chunks of 75. There is always one, even for an empty prompt. */
export function buildChunks(pieces: readonly TokenPiece[], options: ChunkOptions): Chunk[] {
  const builder = new ChunkBuilder(options.special, readBacktrack(options.commaBacktrack));
  for (const piece of pieces) {
    if (piece.kind === "break") builder.closeChunk();
    else for (const id of piece.ids) builder.add({ id, weight: piece.weight });
  }
  return builder.finish();
}

/** Adds empty chunks, so that prompt and negative prompt can go through the model together. */
export function padChunks(chunks: readonly Chunk[], count: number, special: SpecialTokens): Chunk[] {
  const missing = Math.max(0, count - chunks.length);
  return [...chunks, ...Array.from({ length: missing }, () => closeChunk([], special))];
}

/** How many places a prompt uses; a chunk that another follows counts as full. */
export function countTokens(chunks: readonly Chunk[]): { readonly used: number; readonly limit: number } {
  const used = Math.max(0, chunks.length - 1) * chunkLength + (chunks.at(-1)?.length ?? 0);
  return { used, limit: Math.ceil(Math.max(used, 1) / chunkLength) * chunkLength };
}

interface WeightedToken {
  readonly id: number;
  readonly weight: number;
}

class ChunkBuilder {
  private readonly special: SpecialTokens;
  private readonly backtrack: number;
  private readonly chunks: Chunk[] = [];
  private tokens: WeightedToken[] = [];
  /** Place of the last comma that was added to the open chunk itself, not moved there. */
  private lastComma: number | undefined;

  constructor(special: SpecialTokens, backtrack: number) {
    this.special = special;
    this.backtrack = backtrack;
  }

  add(token: WeightedToken): void {
    if (token.id === this.special.comma) this.lastComma = this.tokens.length;
    else this.moveTextBehindComma();
    if (this.tokens.length === chunkLength) this.closeChunk();
    this.tokens.push(token);
  }

  closeChunk(): void {
    this.chunks.push(closeChunk(this.tokens, this.special));
    this.tokens = [];
    this.lastComma = undefined;
  }

  finish(): Chunk[] {
    if (this.tokens.length > 0 || this.chunks.length === 0) this.closeChunk();
    return this.chunks;
  }

  private moveTextBehindComma(): void {
    const { lastComma } = this;
    if (this.tokens.length < chunkLength || lastComma === undefined) return;
    if (this.backtrack === 0 || this.tokens.length - lastComma > this.backtrack) return;
    const moved = this.tokens.splice(lastComma + 1);
    this.closeChunk();
    this.tokens = moved;
  }
}

function closeChunk(tokens: readonly WeightedToken[], { start, end, pad }: SpecialTokens): Chunk {
  const padding = Array.from({ length: chunkLength - tokens.length }, () => end);
  const ids = [start, ...tokens.map(({ id }) => id), ...padding, end];
  const firstEnd = ids.indexOf(end);
  return {
    ids: ids.map((id, place) => (place > firstEnd ? pad : id)),
    weights: [1, ...tokens.map(({ weight }) => weight), ...padding.map(() => 1), 1],
    length: tokens.length,
  };
}

function readBacktrack(backtrack = 20): number {
  if (Number.isInteger(backtrack) && backtrack >= 0) return backtrack;
  throw new StudioError("PROMPT_OPTION", {
    message: `Expected commaBacktrack to be a whole number of 0 or more, got ${backtrack}.`,
  });
}
