import { join } from "node:path";
import { countTokens } from "../pipeline/prompt/chunks.ts";
import { encodePrompt, planPrompt } from "../pipeline/prompt/prompt-plan.ts";
import type { ClipTokenizer } from "../pipeline/tokenizer/clip-tokenizer.ts";
import { loadTokenizer } from "../pipeline/tokenizer/load-tokenizer.ts";
import { StudioError } from "../studio-error.ts";

export interface CountedPrompt {
  readonly text: string;
  /** Folder of the model it is for. */
  readonly model: string;
  readonly steps: number;
}

/** Counts the tokens of prompts. It asks no engine, so it never waits for somebody's picture. */
export class TokenCounter {
  readonly #tokenizers = new Map<string, Promise<ClipTokenizer>>();

  /** As "12/75 tokens"; for a prompt that changes while it is drawn, at its longest. Of one that cannot be read, nothing. */
  async describe({ text, model, steps }: CountedPrompt): Promise<string> {
    try {
      const tokenizer = await this.#tokenizerOf(model);
      const entries = planPrompt(text, { steps }).parts.flatMap(({ schedule }) => schedule);
      const counts = entries.map((entry) =>
        countTokens(
          encodePrompt(entry.text, (part) => tokenizer.encode(part), { special: tokenizer.special }),
        ),
      );
      const longest = counts.reduce((most, count) => (count.used > most.used ? count : most), none);
      return `${longest.used}/${longest.limit} tokens`;
    } catch (error) {
      // What is wrong with it is said when a picture is asked for.
      if (error instanceof StudioError) return "";
      throw error;
    }
  }

  #tokenizerOf(model: string): Promise<ClipTokenizer> {
    const known = this.#tokenizers.get(model);
    if (known) return known;
    const loading = loadTokenizer(join(model, "tokenizer"));
    this.#tokenizers.set(model, loading);
    return loading;
  }
}

const none = { used: 0, limit: 75 };
