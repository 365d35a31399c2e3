import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as v from "valibot";
import { StudioError } from "../../studio-error.ts";
import { ClipTokenizer, endToken, type TokenizerJson } from "./clip-tokenizer.ts";
import { tokenizerJsonFromVocabulary } from "./vocabulary.ts";

/**
 * Opens the tokenizer folder of a model: `tokenizer.json`, or `vocab.json` with `merges.txt`.
 * The padding token comes from `special_tokens_map.json`, else from `tokenizer_config.json`, else it is the
 * end token: so SD 1, SD 2 and both encoders of SDXL are padded as they were trained.
 *
 * @throws {StudioError} `TOKENIZER_FILE` when a file is missing, `TOKENIZER_FORMAT` when one cannot be read.
 */
export async function loadTokenizer(folder: string): Promise<ClipTokenizer> {
  const json = (await readTokenizerJson(folder)) ?? (await readVocabulary(folder));
  return new ClipTokenizer(json, await readPadToken(folder));
}

const tokenSchema = v.union([
  v.string(),
  v.pipe(
    v.object({ content: v.string() }),
    v.transform(({ content }) => content),
  ),
]);
const padSchema = v.object({ pad_token: v.nullish(tokenSchema) });
// A record schema would drop words such as "constructor", which are tokens like any other.
const vocabSchema = v.custom<Readonly<Record<string, number>>>(
  isVocabulary,
  "Expected tokens and their ids.",
);
const tokenizerSchema = v.looseObject({ model: v.looseObject({}) });

function isVocabulary(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((id) => Number.isInteger(id) && id >= 0);
}

async function readTokenizerJson(folder: string): Promise<TokenizerJson | undefined> {
  return readJson(join(folder, "tokenizer.json"), tokenizerSchema);
}

async function readVocabulary(folder: string): Promise<TokenizerJson> {
  const vocab = await readJson(join(folder, "vocab.json"), vocabSchema);
  const merges = await readText(join(folder, "merges.txt"));
  if (!vocab || merges === undefined) {
    throw new StudioError("TOKENIZER_FILE", {
      message: `Expected the tokenizer folder ${basename(folder)} to hold tokenizer.json, or vocab.json and merges.txt; ${vocab ? "merges.txt" : "vocab.json"} is missing.`,
    });
  }
  return tokenizerJsonFromVocabulary(vocab, merges);
}

async function readPadToken(folder: string): Promise<string> {
  const map = await readJson(join(folder, "special_tokens_map.json"), padSchema);
  if (map?.pad_token != null) return map.pad_token;
  const config = await readJson(join(folder, "tokenizer_config.json"), padSchema);
  return config?.pad_token ?? endToken;
}

async function readJson<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    throw new StudioError("TOKENIZER_FORMAT", {
      message: `The file ${basename(path)} is not as expected.`,
      cause,
    });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new StudioError("TOKENIZER_FILE", { message: `The file ${basename(path)} cannot be read.`, cause });
  }
}
