import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseAttention, type AttentionPiece } from "./attention.ts";
import type { RecordedGrammar } from "./recorded-grammar.ts";

const recorded: RecordedGrammar = JSON.parse(
  await readFile(new URL("./fixtures/prompt_grammar.json", import.meta.url), "utf8"),
);

/** Pieces as `[text, weight]`, weights to six digits; a break as the word. */
function brief(pieces: readonly AttentionPiece[]): [string, number][] {
  return pieces.map((piece) =>
    piece.kind === "break" ? ["(break)", 0] : [piece.text, Number(piece.weight.toFixed(6))],
  );
}

describe("the recorded prompts", () => {
  test.each(recorded.attention)("$text has the recorded pieces and exact weights", ({ text, parsed }) => {
    expect(parseAttention(text)).toEqual(
      parsed.map(([part, weight]) => ({ kind: "text", text: part, weight })),
    );
  });
});

describe("the documented examples", () => {
  test.each<[string, [string, number][]]>([
    [
      "a (cat)",
      [
        ["a ", 1],
        ["cat", 1.1],
      ],
    ],
    ["((cat))", [["cat", 1.21]]],
    ["(((cat)))", [["cat", 1.331]]],
    ["[cat]", [["cat", 0.909091]]],
    ["[[cat]]", [["cat", 0.826446]]],
    ["(cat:1.5)", [["cat", 1.5]]],
    ["(cat: 1.5 )", [["cat", 1.5]]],
    ["(cat:.5)", [["cat", 0.5]]],
    ["((cat:1.5))", [["cat", 1.65]]],
    ["[(cat:1.5)]", [["cat", 1.363636]]],
    ["a ([cat])", [["a cat", 1]]],
    [
      "(fluffy (cat:1.2):1.3)",
      [
        ["fluffy ", 1.3],
        ["cat", 1.56],
      ],
    ],
    ["(cat:1.5", [["cat:1.5", 1.1]]],
    ["(cat", [["cat", 1.1]]],
    ["[cat", [["cat", 0.909091]]],
    ["a cat)", [["a cat)", 1]]],
    [
      "(cat))",
      [
        ["cat", 1.1],
        [")", 1],
      ],
    ],
    ["(a)(b)", [["ab", 1.1]]],
    [String.raw`\(cat\)`, [["(cat)", 1]]],
    [String.raw`a\\b`, [[String.raw`a\b`, 1]]],
    [String.raw`a\b`, [["ab", 1]]],
    ["(cat:abc)", [["cat:abc", 1.1]]],
    ["(cat:1e2)", [["cat:1e2", 1.1]]],
    ["(cat:1.2:1.3)", [["cat:1.2", 1.3]]],
    ["[cat:1.3]", [["cat:1.3", 0.909091]]],
    ["(cat:-0.5)", [["cat", -0.5]]],
    ["(cat:0)", [["cat", 0]]],
    [
      "a BREAK b",
      [
        ["a", 1],
        ["(break)", 0],
        ["b", 1],
      ],
    ],
    ["aBREAKb", [["aBREAKb", 1]]],
    ["éBREAK", [["éBREAK", 1]]],
    ["", [["", 1]]],
    ["cat:1.5) dog", [["cat:1.5) dog", 1]]],
  ])("%s", (prompt, pieces) => {
    expect(brief(parseAttention(prompt))).toEqual(pieces);
  });
});

describe("where the original fails", () => {
  test("a weight that is no number is text", () => {
    expect(brief(parseAttention("(cat:1.2.3) dog"))).toEqual([
      ["cat:1.2.3", 1.1],
      [" dog", 1],
    ]);
  });

  test("BREAK works inside weighted brackets", () => {
    expect(brief(parseAttention("(b BREAK c:1.2)"))).toEqual([
      ["b", 1.2],
      ["(break)", 0],
      ["c", 1.2],
    ]);
  });

  test("BREAK inside weighted brackets is a word where old pictures are repeated", () => {
    expect(brief(parseAttention("(b BREAK c:1.2)", { webuiBreaks: true }))).toEqual([
      ["b", 1.2],
      ["BREAK", -1.2],
      ["c", 1.2],
    ]);
    expect(brief(parseAttention("b BREAK c", { webuiBreaks: true }))).toEqual([
      ["b", 1],
      ["(break)", 0],
      ["c", 1],
    ]);
  });
});

describe("prompts without end", () => {
  test("ten thousand words are one piece", () => {
    const prompt = "word ".repeat(10_000);
    expect(parseAttention(prompt)).toEqual([{ kind: "text", text: prompt, weight: 1 }]);
  });

  test("twenty thousand brackets that never close leave finite text in order", () => {
    const pieces = brief(parseAttention("(a[b".repeat(10_000)));
    expect(pieces.map(([text]) => text).join("")).toBe("ab".repeat(10_000));
    expect(pieces.slice(0, 2)).toEqual([
      ["a", 1.1],
      ["b", 1],
    ]);
  });
});
