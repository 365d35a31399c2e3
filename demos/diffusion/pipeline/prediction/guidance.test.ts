import { expect, test } from "vitest";
import { guide } from "./guidance.ts";

const negative = Float32Array.of(0, 1, 2, 3);
const prompt = Float32Array.of(1, 1, 4, -1);

test("guidance goes from the negative towards the prompt and past it", () => {
  const out = guide({ scale: 3, negative, prompts: [{ output: prompt }] }, new Float32Array(4));
  expect([...out]).toEqual([3, 1, 8, -9]);
});

test("a scale of 1 gives the prompt's own answer, with or without the negative", () => {
  expect(guide({ scale: 1, prompts: [{ output: prompt }] }, new Float32Array(4))).toEqual(prompt);
  expect(guide({ scale: 1, negative, prompts: [{ output: prompt }] }, new Float32Array(4))).toEqual(prompt);
});

test("several prompts each count by their weight", () => {
  const other = Float32Array.of(2, 0, 0, 0);
  const prompts = [
    { output: prompt, weight: 0.5 },
    { output: other, weight: -1 },
  ];
  const out = guide({ scale: 2, negative, prompts }, new Float32Array(4));
  // u + 0.5·2·(c - u) - 1·2·(o - u)
  expect([...out]).toEqual([-3, 3, 8, 5]);
});

test("the result may be written over one of the answers", () => {
  const out = negative.slice();
  guide({ scale: 3, negative: out, prompts: [{ output: prompt }] }, out);
  expect([...out]).toEqual([3, 1, 8, -9]);
});

test("a rescale of 1 gives the result the spread of the prompt's answer, each picture for itself", () => {
  const two = Float32Array.of(0, 2, 10, 30);
  const zero = new Float32Array(4);
  const out = guide(
    { scale: 5, negative: zero, prompts: [{ output: two }], rescale: 1, batch: 2 },
    new Float32Array(4),
  );
  [...out].forEach((value, i) => expect(value).toBeCloseTo(two[i]!, 5));
});

test("a rescale in between mixes the two", () => {
  const zero = new Float32Array(2);
  const answer = Float32Array.of(1, 3);
  const out = guide(
    { scale: 5, negative: zero, prompts: [{ output: answer }], rescale: 0.5 },
    new Float32Array(2),
  );
  expect(out[0]).toBeCloseTo(0.5 * 1 + 0.5 * 5, 5);
  expect(out[1]).toBeCloseTo(0.5 * 3 + 0.5 * 15, 5);
});

test("a result without any spread is left as it is", () => {
  const out = guide(
    { scale: 2, prompts: [{ output: new Float32Array(4) }], rescale: 0.7 },
    new Float32Array(4),
  );
  expect([...out]).toEqual([0, 0, 0, 0]);
});
