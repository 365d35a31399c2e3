import { expect, test } from "vitest";
import { durationText, remainingText, statusText } from "./status-text.ts";

test.each([
  [{ stage: "queued", position: 0 }, "Next in line"],
  [{ stage: "queued", position: 3, etaMs: 12_300 }, "3 ahead of you, about 12 s"],
  [{ stage: "queued", position: 1, etaMs: 300_000 }, "1 ahead of you, about 5 min"],
  [{ stage: "running" }, ""],
  [{ stage: "running", progress: { fraction: 0.4, description: "Loading" } }, "Loading 40 %"],
  [{ stage: "running", progress: { fraction: 0.3, done: 3, total: 10 } }, "3/10"],
  [{ stage: "running", progress: { done: 7 } }, "7"],
  [{ stage: "uploading" }, "Waiting for the upload"],
  [{ stage: "cancelling" }, "Cancelling"],
] as const)("%j is told as %j", (status, words) => {
  expect(statusText(status, true)).toBe(words);
});

test("a run that could not be sent yet says what it waits for", () => {
  expect(statusText({ stage: "sent" }, false)).toBe("Waiting for the connection");
});

test.each([
  [80, "< 0.1 s"],
  [120, "0.1 s"],
  [12_340, "12.3 s"],
  [125_000, "2:05"],
])("%i ms are told as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("the time left is told once there is something to go by", () => {
  expect(remainingText({ fraction: 0.5 }, 10_000)).toBe("about 10 s left");
  expect(remainingText({ fraction: 0.5 }, 1000)).toBe("");
  expect(remainingText({ fraction: 0.01 }, 10_000)).toBe("");
  expect(remainingText({}, 10_000)).toBe("");
});
