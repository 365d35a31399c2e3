import { describe, expect, test } from "vitest";
import { encodePrompt, maxPromptLength, planPrompt } from "./prompt-plan.ts";

const special = { start: 1, end: 2, pad: 2, comma: 44 };
const codes = (text: string) => [...text].map((char) => char.codePointAt(0) ?? 0);

test("a prompt is read in order: comments, networks, AND, schedule", () => {
  const plan = planPrompt("a [cat:dog:5] <lora:fur:0.8> # soft\nAND sky :0.5", { steps: 10 });
  expect(plan).toEqual({
    networks: [{ kind: "lora", arguments: ["fur", "0.8"] }],
    parts: [
      {
        weight: 1,
        schedule: [
          { until: 5, text: "a cat" },
          { until: 10, text: "a dog" },
        ],
      },
      { weight: 0.5, schedule: [{ until: 10, text: " sky" }] },
    ],
  });
});

test("in a negative prompt AND is a word and a number at the end is text", () => {
  const plan = planPrompt("a AND b:2", { steps: 10, composes: false });
  expect(plan.parts).toEqual([{ weight: 1, schedule: [{ until: 10, text: "a AND b:2" }] }]);
});

test("comments stay where they are switched off", () => {
  expect(planPrompt("a # b", { steps: 1, hasComments: false }).parts[0]?.schedule).toEqual([
    { until: 1, text: "a # b" },
  ]);
});

describe("encoding one text of the schedule", () => {
  test("weights, breaks and emphasis reach the chunks", () => {
    const chunks = encodePrompt("a(b) BREAK c", codes, { special });
    expect(chunks.map(({ ids, length }) => ids.slice(1, 1 + length))).toEqual([codes("ab"), codes("c")]);
    expect(chunks[0]?.weights.slice(1, 3)).toEqual([1, 1.1]);
    expect(encodePrompt("a(b)", codes, { special, emphasis: "None" })[0]?.length).toBe(4);
  });
});

describe("bad input", () => {
  test("an empty prompt is one empty part and one empty chunk", () => {
    expect(planPrompt("", { steps: 3 })).toEqual({
      networks: [],
      parts: [{ weight: 1, schedule: [{ until: 3, text: "" }] }],
    });
    expect(encodePrompt("", codes, { special })).toMatchObject([{ length: 0 }]);
  });

  test("ten thousand words are read whole", () => {
    const words = "word, ".repeat(10_000);
    const text = planPrompt(words, { steps: 3 }).parts[0]?.schedule[0]?.text ?? "";
    const chunks = encodePrompt(
      text,
      (part) =>
        part
          .split(" ")
          .filter(Boolean)
          .map(() => 9),
      { special },
    );
    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(10_000);
  });

  test("a prompt above the limit is refused, with its length", () => {
    const prompt = "x".repeat(maxPromptLength + 1);
    expect(() => planPrompt(prompt, { steps: 3 })).toThrow(
      "A prompt may have 200000 characters; this one has 200001.",
    );
    expect(() => encodePrompt(prompt, codes, { special })).toThrow("200001");
  });
});
