import { expect, test } from "vitest";
import { batch, effect, signal } from "./signal.ts";

test("an effect runs again when a signal it has read changes, and not for the same value", () => {
  const name = signal("Ada");
  const seen: string[] = [];
  effect(() => seen.push(name.value));
  name.value = "Ada";
  name.value = "Grace";
  expect(seen).toEqual(["Ada", "Grace"]);
});

test("peeking is not reading", () => {
  const name = signal("Ada");
  let runs = 0;
  effect(() => {
    name.peek();
    runs++;
  });
  name.value = "Grace";
  expect(runs).toBe(1);
});

test("an effect follows what it read last: a signal no longer read does not run it", () => {
  const isShown = signal(true);
  const text = signal("a");
  let runs = 0;
  effect(() => {
    runs++;
    if (isShown.value) void text.value;
  });
  isShown.value = false;
  text.value = "b";
  expect(runs).toBe(2);
});

test("a batch of changes runs each effect once, with all of them made; also one nested in another, and one that throws", () => {
  const a = signal(1);
  const b = signal(1);
  const sums: number[] = [];
  effect(() => sums.push(a.value + b.value));
  batch(() => {
    a.value = 2;
    batch(() => (b.value = 2));
    expect(sums).toEqual([2]);
  });
  expect(sums).toEqual([2, 4]);
  expect(() =>
    batch(() => {
      a.value = 3;
      throw new Error("in the middle");
    }),
  ).toThrow("in the middle");
  b.value = 3;
  expect(sums.at(-1)).toBe(6);
});

test("a stopped effect never runs again, even if it was waiting", () => {
  const a = signal(1);
  let runs = 0;
  const stop = effect(() => {
    void a.value;
    runs++;
  });
  batch(() => {
    a.value = 2;
    stop();
  });
  a.value = 3;
  expect(runs).toBe(1);
});

test("an effect that starts another keeps what it reads apart from what the other reads", () => {
  const outer = signal(1);
  const inner = signal(1);
  const runs = { outer: 0, inner: 0 };
  effect(() => {
    runs.outer++;
    if (runs.outer === 1) effect(() => void (inner.value, runs.inner++));
    void outer.value;
  });
  inner.value = 2;
  expect(runs).toEqual({ outer: 1, inner: 2 });
  outer.value = 2;
  expect(runs).toEqual({ outer: 2, inner: 2 });
});
