import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClipTokenizer } from "./clip-tokenizer.ts";
import { loadTokenizer } from "./load-tokenizer.ts";
import { tokenizerJsonFromVocabulary } from "./vocabulary.ts";

/** The printable stand-ins of the 256 bytes, in the order CLIP's vocabulary begins with. */
function byteCharacters(): string[] {
  const own = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  const others = range(0, 255).filter((byte) => !own.includes(byte));
  return [...own, ...others.map((_, index) => 256 + index)].map((code) => String.fromCodePoint(code));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const mergeLines = ["r e", "re d</w>", "c a", "ca t</w>", "' s</w>", "a n", "an d</w>"];

/** A vocabulary laid out like CLIP's: bytes, bytes at the end of words, merges, start and end. */
function smallVocabulary(): Record<string, number> {
  const bytes = byteCharacters();
  const merged = mergeLines.map((line) => line.replace(" ", ""));
  const tokens = [
    ...bytes,
    ...bytes.map((char) => `${char}</w>`),
    ...merged,
    "<|startoftext|>",
    "<|endoftext|>",
  ];
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

const vocab = smallVocabulary();
const merges = `#version: 0.2\n${mergeLines.join("\n")}\n`;
const tokenizer = new ClipTokenizer(tokenizerJsonFromVocabulary(vocab, merges));
const id = (token: string) => vocab[token];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

describe("a tokenizer made from vocab.json and merges.txt", () => {
  test("merges letters by rank and marks the end of words", () => {
    expect(tokenizer.encode("red cat")).toEqual([id("red</w>"), id("cat</w>")]);
    expect(tokenizer.encode("redo")).toEqual([id("re"), id("d"), id("o</w>")]);
  });

  test("lower case, any white space and composed letters make no difference", () => {
    expect(tokenizer.encode("A  RED\n\tCat")).toEqual(tokenizer.encode("a red cat"));
    expect(tokenizer.encode("cafe\u0301")).toEqual(tokenizer.encode("caf\u00e9"));
    expect(tokenizer.encode("a\u00a0red")).toEqual(tokenizer.encode("a red"));
  });

  test("digits stand alone, runs of marks stay together, endings are cut off", () => {
    expect(tokenizer.encode("12 3")).toEqual([id("1</w>"), id("2</w>"), id("3</w>")]);
    expect(tokenizer.encode("cat's 'S")).toEqual([id("cat</w>"), id("'s</w>"), id("'s</w>")]);
    expect(tokenizer.encode("a,!")).toEqual([id("a</w>"), id(","), id("!</w>")]);
  });

  test("characters outside the alphabet become their bytes", () => {
    expect(tokenizer.encode("猫")).toHaveLength(3);
    expect(tokenizer.encode("🐈")).toHaveLength(4);
  });

  test("an empty text has no tokens, and a start token in the text is that token", () => {
    expect(tokenizer.encode("")).toEqual([]);
    expect(tokenizer.encode("<|startoftext|>cat")).toEqual([id("<|startoftext|>"), id("cat</w>")]);
  });

  test("HTML is not decoded", () => {
    expect(tokenizer.decode(tokenizer.encode("&amp;")).replaceAll(" ", "")).toBe("&amp;");
  });

  test("knows the comma and the special tokens", () => {
    expect(tokenizer.special).toEqual({
      start: id("<|startoftext|>"),
      end: id("<|endoftext|>"),
      pad: id("<|endoftext|>"),
      comma: id(",</w>"),
    });
  });
});

describe("a tokenizer folder", () => {
  test("with tokenizer.json gives the same tokens as with vocab.json and merges.txt", async () => {
    await put({ "vocab.json": vocab, "merges.txt": merges.replaceAll("\n", "\r\n") });
    const fromVocabulary = await loadTokenizer(folder);
    await put({ "tokenizer.json": tokenizerJsonFromVocabulary(vocab, merges), "vocab.json": "never read" });
    const fromJson = await loadTokenizer(folder);
    const text = "A red cat's 12 cafés, and\n<|endoftext|> 🐈!?";
    expect(fromJson.encode(text)).toEqual(fromVocabulary.encode(text));
    expect(fromJson.encode(text)).toEqual(tokenizer.encode(text));
  });

  test("merges may be pairs, as newer exports write them", async () => {
    const json = structuredClone(tokenizerJsonFromVocabulary(vocab, merges)) as {
      model: { merges: unknown };
    };
    json.model.merges = mergeLines.map((line) => line.split(" "));
    await put({ "tokenizer.json": json });
    expect((await loadTokenizer(folder)).encode("red cat")).toEqual(tokenizer.encode("red cat"));
  });

  test("words that are names of object properties are tokens", async () => {
    const words = { ...vocab, constructor: 9001, "c o": 9002 };
    await put({ "vocab.json": words, "merges.txt": merges });
    expect((await loadTokenizer(folder)).encode("cat")).toEqual([id("cat</w>")]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["no file names it: the end token, as in SD 1", {}, "<|endoftext|>"],
    ["tokenizer_config.json", { "tokenizer_config.json": { pad_token: "!" } }, "!"],
    [
      "special_tokens_map.json against tokenizer_config.json, as in SD 2",
      {
        "special_tokens_map.json": { pad_token: { content: "!", lstrip: false } },
        "tokenizer_config.json": { pad_token: "<|endoftext|>" },
      },
      "!",
    ],
    [
      "null in the map: the configuration",
      { "special_tokens_map.json": { pad_token: null }, "tokenizer_config.json": { pad_token: "!" } },
      "!",
    ],
  ])("takes its padding token from %s", async (_source, files, pad) => {
    await put({ "vocab.json": vocab, "merges.txt": merges, ...files });
    expect((await loadTokenizer(folder)).special.pad).toBe(id(pad));
  });
});

describe("a folder that is none", () => {
  test("says which file is missing", async () => {
    await expect(loadTokenizer(folder)).rejects.toThrow("vocab.json is missing");
    await put({ "vocab.json": vocab });
    await expect(loadTokenizer(folder)).rejects.toThrow("merges.txt is missing");
    await expect(loadTokenizer(join(folder, "none"))).rejects.toMatchObject({ code: "TOKENIZER_FILE" });
  });

  test("says which file cannot be read", async () => {
    await put({ "vocab.json": "{ cut", "merges.txt": merges });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: "TOKENIZER_FORMAT",
      message: "The file vocab.json is not as expected.",
    });
    await put({ "vocab.json": { "a</w>": "one" } });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: "TOKENIZER_FORMAT" });
  });

  test("says that a vocabulary is not CLIP's", async () => {
    await put({ "vocab.json": { "a</w>": 1 }, "merges.txt": "" });
    await expect(loadTokenizer(folder)).rejects.toThrow("Expected vocab.json to hold <|startoftext|>");
    await put({ "tokenizer.json": { model: { type: "Unheard of" } } });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: "TOKENIZER_FORMAT" });
  });

  test("says that the padding token is unknown", async () => {
    await put({ "vocab.json": vocab, "merges.txt": merges, "tokenizer_config.json": { pad_token: "<pad>" } });
    await expect(loadTokenizer(folder)).rejects.toThrow("the token <pad>");
  });
});
