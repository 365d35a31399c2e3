import { Tokenizer } from "@huggingface/tokenizers";
import { StudioError } from "../../studio-error.ts";
import type { SpecialTokens } from "../prompt/chunks.ts";

export const startToken = "<|startoftext|>";
export const endToken = "<|endoftext|>";
const commaAtWordEnd = ",</w>";

/** Parameters of a tokenizer in the `tokenizer.json` format. */
export type TokenizerJson = { readonly [key: string]: unknown };

/** Turns text into the token ids of a CLIP text encoder. */
export class ClipTokenizer {
  readonly special: SpecialTokens;
  private readonly tokenizer: Tokenizer;

  /**
   * @param json a whole `tokenizer.json`, or what `tokenizerJsonFromVocabulary` makes
   * @param padToken the token that fills chunks; its id is looked up in the vocabulary
   * @throws {StudioError} `TOKENIZER_FORMAT` when it is no CLIP tokenizer.
   */
  constructor(json: TokenizerJson, padToken: string = endToken) {
    this.tokenizer = openTokenizer(json);
    this.special = {
      start: this.requireId(startToken),
      end: this.requireId(endToken),
      pad: this.requireId(padToken),
      comma: this.tokenizer.token_to_id(commaAtWordEnd),
    };
  }

  /** Token ids of a text of any length, without start and end token. */
  encode(text: string): readonly number[] {
    return this.tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  /** The text of token ids, in lower case and with spaces as the vocabulary sees them. */
  decode(ids: readonly number[]): string {
    return this.tokenizer.decode([...ids], { skip_special_tokens: true });
  }

  private requireId(token: string): number {
    const id = this.tokenizer.token_to_id(token);
    if (id !== undefined) return id;
    throw new StudioError("TOKENIZER_FORMAT", {
      message: `Expected the tokenizer to know the token ${token}; it does not, so it is no CLIP tokenizer.`,
    });
  }
}

function openTokenizer(json: TokenizerJson): Tokenizer {
  try {
    return new Tokenizer({ ...json }, {});
  } catch (cause) {
    throw new StudioError("TOKENIZER_FORMAT", {
      message: "The tokenizer's parameters cannot be read.",
      cause,
    });
  }
}
