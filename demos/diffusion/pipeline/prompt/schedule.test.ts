import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { entryAtCall, schedulePrompt, type ScheduleOptions } from "./schedule.ts";
import type { RecordedGrammar } from "./recorded-grammar.ts";

const recorded: RecordedGrammar = JSON.parse(
  await readFile(new URL("./fixtures/prompt_grammar.json", import.meta.url), "utf8"),
);

function entries(prompt: string, options: ScheduleOptions): (readonly [number, string])[] {
  return schedulePrompt(prompt, options).map(({ until, text }) => [until, text] as const);
}

describe("the recorded prompts", () => {
  test.each(recorded.schedules)("$prompt in the first pass", ({ prompt, steps, first_pass }) => {
    expect(entries(prompt, { steps })).toEqual(first_pass);
  });

  test.each(recorded.schedules)("$prompt in the hires pass", ({ prompt, steps, hires_pass }) => {
    expect(entries(prompt, { steps, hiresSteps: 10 })).toEqual(hires_pass);
  });

  test.each(recorded.schedules)("$prompt in the old behaviour", ({ prompt, steps, old }) => {
    expect(entries(prompt, { steps, oldBehaviour: true })).toEqual(old);
  });
});

describe("the documented examples of ten steps", () => {
  test.each<[string, [number, string][]]>([
    [
      "a [cat:dog:0.5]",
      [
        [5, "a cat"],
        [10, "a dog"],
      ],
    ],
    [
      "a [cat:dog:5]",
      [
        [5, "a cat"],
        [10, "a dog"],
      ],
    ],
    [
      "a [cat:dog:.25]",
      [
        [2, "a cat"],
        [10, "a dog"],
      ],
    ],
    ["a [cat:dog:1.0]", [[10, "a cat"]]],
    [
      "a [cat:dog:1]",
      [
        [1, "a cat"],
        [10, "a dog"],
      ],
    ],
    [
      "a [dog:4]",
      [
        [4, "a "],
        [10, "a dog"],
      ],
    ],
    [
      "a [cat::4]",
      [
        [4, "a cat"],
        [10, "a "],
      ],
    ],
    ["a [cat:dog:0]", [[10, "a dog"]]],
    ["a [cat:dog:-2]", [[10, "a dog"]]],
    ["a [cat:dog:15]", [[10, "a cat"]]],
    [
      "a [cat:[dog:wolf:7]:4]",
      [
        [4, "a cat"],
        [7, "a dog"],
        [10, "a wolf"],
      ],
    ],
    [
      "a [cat:dog:0.5] [x:y:0.8]",
      [
        [5, "a cat x"],
        [8, "a dog x"],
        [10, "a dog y"],
      ],
    ],
    [
      "a [(cat:1.3):dog:5]",
      [
        [5, "a (cat:1.3)"],
        [10, "a dog"],
      ],
    ],
    ["a [cat:dog]", [[10, "a [cat:dog]"]]],
    ["a [cat:dog:x]", [[10, "a [cat:dog:x]"]]],
    [String.raw`a \[cat:dog:5\]`, [[10, String.raw`a \[cat:dog:5\]`]]],
  ])("%s", (prompt, schedule) => {
    expect(entries(prompt, { steps: 10 })).toEqual(schedule);
  });

  test.each<[string, [number, string][]]>([
    ["[cat:dog:0.5]", [[8, "dog"]]],
    [
      "[cat:dog:1.5]",
      [
        [4, "cat"],
        [8, "dog"],
      ],
    ],
    [
      "[cat:dog:14]",
      [
        [4, "cat"],
        [8, "dog"],
      ],
    ],
  ])("%s in a hires pass of eight steps after ten", (prompt, schedule) => {
    expect(entries(prompt, { steps: 10, hiresSteps: 8 })).toEqual(schedule);
  });
});

describe("alternation", () => {
  test("an option may be a schedule, and a schedule may hold an alternation", () => {
    expect(entries("[[a|b]:c:3]", { steps: 4 })).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "a"],
      [4, "c"],
    ]);
    expect(entries("[a|[b:c:2]]", { steps: 4 })).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "a"],
      [4, "c"],
    ]);
  });

  test("a prompt outside the language is taken literally, with all its other schedules", () => {
    for (const prompt of ["[a:b:3] x | y", "[a|b:5] [c:d:2]", "(a|b) [c:d:2]", "[c:d:2] ends in \\"]) {
      expect(entries(prompt, { steps: 10 })).toEqual([[10, prompt]]);
    }
  });
});

describe("brackets that never close", () => {
  test("stay text, and what is closed inside them is still scheduled", () => {
    expect(entries("([a:b:2] [c", { steps: 4 })).toEqual([
      [2, "(a [c"],
      [4, "(b [c"],
    ]);
    expect(entries("[a [b:c:2]:9:z] d", { steps: 4 })).toEqual([
      [2, "[a b:9:z] d"],
      [4, "[a c:9:z] d"],
    ]);
  });

  test("by the thousand, nested or not, end in the text as written", () => {
    for (const prompt of [
      "[".repeat(50_000),
      "(".repeat(20_000) + ")".repeat(20_000),
      "[a:".repeat(20_000),
    ]) {
      expect(entries(prompt, { steps: 4 })).toEqual([[4, prompt]]);
    }
  });

  test("thousands of schedules in one another are resolved", () => {
    const prompt = `${"[a:".repeat(5_000)}b${":2]".repeat(5_000)}`;
    expect(entries(prompt, { steps: 4 })).toEqual([
      [2, "a"],
      [4, "b"],
    ]);
  });
});

test("an empty prompt is one empty text", () => {
  expect(entries("", { steps: 20 })).toEqual([[20, ""]]);
});

test("an entry holds up to and including the call of its number", () => {
  const schedule = schedulePrompt("[a:b:5]", { steps: 10 });
  const shown = Array.from({ length: 10 }, (_, call) => entryAtCall(schedule, call).text);
  expect(shown.join("")).toBe("aaaaaabbbb");
  expect(entryAtCall(schedule, 99).text).toBe("b");
});

test("steps that are no whole number of 1 or more are refused", () => {
  expect(() => schedulePrompt("a", { steps: 0 })).toThrow(
    "Expected steps to be a whole number of 1 or more, got 0.",
  );
  expect(() => schedulePrompt("a", { steps: 5, hiresSteps: Number.NaN })).toThrow("hiresSteps");
});
