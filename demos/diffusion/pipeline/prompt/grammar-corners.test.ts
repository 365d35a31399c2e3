import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseAttention } from "./attention.ts";
import { composePrompts } from "./composition.ts";
import { schedulePrompt } from "./schedule.ts";

/** Prompts of odd marks in odd places, and what the original grammar's parser and expressions make of them. */
interface Corners {
  readonly steps: number;
  readonly schedules: readonly (readonly [string, readonly (readonly [number, string])[]])[];
  readonly attention: readonly (readonly [string, readonly (readonly [string, number])[]])[];
  readonly composition: readonly (readonly [
    string,
    readonly [readonly (readonly [number, number])[][], string[]],
  ])[];
}

const corners: Corners = JSON.parse(
  await readFile(new URL("./fixtures/grammar_corners.json", import.meta.url), "utf8"),
);

test.each(corners.schedules)("the schedule of %j", (prompt, expected) => {
  const entries = schedulePrompt(prompt, { steps: corners.steps });
  expect(entries.map(({ until, text }) => [until, text])).toEqual(expected);
});

test.each(corners.attention)("the weights of %j", (prompt, expected) => {
  const pieces = parseAttention(prompt, { webuiBreaks: true });
  expect(
    pieces.map((piece) => (piece.kind === "break" ? ["BREAK", -1] : [piece.text, piece.weight])),
  ).toEqual(expected.map(([text, weight]) => [text, expect.closeTo(weight, 9)]));
});

test.each(corners.composition)("the parts of %j", (prompt, expected) => {
  const { prompts, parts } = composePrompts([prompt]);
  expect([prompts.map((own) => own.map(({ index, weight }) => [index, weight])), parts]).toEqual(expected);
});
