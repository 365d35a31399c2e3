import { StudioError } from "../../studio-error.ts";
import { endToken, startToken, type TokenizerJson } from "./clip-tokenizer.ts";

/** Words as CLIP cuts them: endings such as 's, runs of letters, single digits, runs of anything else. */
const wordPattern = String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/**
 * The `tokenizer.json` that a `vocab.json` and a `merges.txt` stand for.
 *
 * @throws {StudioError} `TOKENIZER_FORMAT` when start or end token are missing from the vocabulary.
 */
export function tokenizerJsonFromVocabulary(
  vocab: Readonly<Record<string, number>>,
  merges: string,
): TokenizerJson {
  const start = requireToken(vocab, startToken);
  const end = requireToken(vocab, endToken);
  return {
    version: "1.0",
    added_tokens: [addedToken(startToken, start, true), addedToken(endToken, end, false)],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: wordPattern }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [endToken, end],
      cls: [startToken, start],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      unk_token: endToken,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: readMerges(merges),
    },
  };
}

function addedToken(content: string, id: number, isNormalized: boolean) {
  return {
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: isNormalized,
  };
}

/** The pairs of a merges.txt, strongest first; its version line and empty lines say nothing. */
function readMerges(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.filter((line, index) => line.trim() !== "" && !(index === 0 && line.startsWith("#version")));
}

function requireToken(vocab: Readonly<Record<string, number>>, token: string): number {
  const id = vocab[token];
  if (id !== undefined) return id;
  throw new StudioError("TOKENIZER_FORMAT", {
    message: `Expected vocab.json to hold ${token}, as every CLIP vocabulary does.`,
  });
}
