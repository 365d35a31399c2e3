import { expect, test } from "vitest";
import { TokenCounter } from "./token-counter.ts";

const model = new URL("../pipeline/fixtures/models/sd1", import.meta.url).pathname;
const counter = new TokenCounter();
const count = (text: string, steps = 20) => counter.describe({ text, model, steps });

test("no words are no tokens of seventy-five", async () => {
  expect(await count("")).toBe("0/75 tokens");
});

test("weights, comments and networks' tags are no tokens", async () => {
  const plain = await count("a boat");
  expect(plain).not.toBe("0/75 tokens");
  expect(await count("(a boat:1.2)")).toBe(plain);
  expect(await count("a boat<lora:paint:0.5>")).toBe(plain);
});

test("more than seventy-five go on in another seventy-five", async () => {
  expect(await count("a, ".repeat(60))).toMatch(/^\d+\/150 tokens$/);
});

test("of a prompt that changes while it is drawn the longest counts", async () => {
  expect(await count("[a:a boat at sea:10]")).toBe(await count("a boat at sea"));
});

test("a prompt that cannot be read, or a folder without a tokenizer, has no count", async () => {
  expect(await count("a".repeat(200_001))).toBe("");
  expect(await counter.describe({ text: "a", model: "/nowhere", steps: 20 })).toBe("");
});
