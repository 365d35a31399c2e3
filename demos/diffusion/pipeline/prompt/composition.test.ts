import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { composePrompts } from "./composition.ts";
import type { RecordedGrammar } from "./recorded-grammar.ts";

const recorded: RecordedGrammar = JSON.parse(
  await readFile(new URL("./fixtures/prompt_grammar.json", import.meta.url), "utf8"),
);

function parts(prompt: string): [string, number][] {
  const { prompts, parts: texts } = composePrompts([prompt]);
  return (prompts[0] ?? []).map(({ index, weight }) => [texts[index] ?? "missing", weight]);
}

test.each(recorded.composition)("$prompt is composed as recorded", ({ prompt, indexes, flat }) => {
  const composition = composePrompts([prompt]);
  expect(composition.parts).toEqual(flat);
  expect(composition.prompts.map((list) => list.map(({ index, weight }) => [index, weight]))).toEqual(
    indexes,
  );
});

test.each<[string, [string, number][]]>([
  [
    "a cat :1.2 AND a dog:0.8",
    [
      ["a cat", 1.2],
      [" a dog", 0.8],
    ],
  ],
  [
    "a AND b AND c :-1",
    [
      ["a", 1],
      [" b", 1],
      [" c", -1],
    ],
  ],
  [
    "a AND",
    [
      ["a", 1],
      ["", 1],
    ],
  ],
  ["photo 16:9", [["photo 16", 9]]],
  ["SAND and wind", [["SAND and wind", 1]]],
  ["(a:1.5)", [["(a:1.5)", 1]]],
  ["a: +.5 ", [["a", 0.5]]],
  ["a:2.", [["a", 2]]],
  ["a:1.2.3", [["a:1.2.3", 1]]],
  ["", [["", 1]]],
])("%s", (prompt, expected) => {
  expect(parts(prompt)).toEqual(expected);
});

test("a part that several prompts share is listed once", () => {
  const { prompts, parts: texts } = composePrompts(["sea AND sky", "sea:2"]);
  expect(texts).toEqual(["sea", " sky"]);
  expect(prompts).toEqual([
    [
      { index: 0, weight: 1 },
      { index: 1, weight: 1 },
    ],
    [{ index: 0, weight: 2 }],
  ]);
});
