import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toPicture } from "../images/picture.ts";
import type { StepEvent } from "../pipeline/generation/run-context.ts";
import { StepReports } from "./step-reports.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

const preview = toPicture(new Uint8Array(3), { width: 1, height: 1, channels: 3 });

function step(number: number, steps: number): StepEvent {
  return {
    step: number,
    steps,
    pass: "first",
    batch: 1,
    batchCount: 1,
    progress: number / steps,
    previews: [preview],
  };
}

/** Takes steps that last so long each, and gives the numbers that were sent together. */
function take(steps: number, lastingMs: number): string[] {
  const sent: string[] = [];
  const reports = new StepReports((events) => sent.push(events.map((event) => event.step).join(" ")));
  for (let number = 1; number <= steps; number++) {
    vi.advanceTimersByTime(lastingMs);
    reports.add(step(number, steps));
  }
  return sent;
}

test("steps that take their time are sent one by one", () => {
  expect(take(4, 60)).toEqual(["1", "2", "3", "4"]);
});

test("quick steps are sent together, twenty times a second", () => {
  expect(take(9, 20)).toEqual(["1", "2 3 4", "5 6 7", "8 9"]);
});

test("the last step of a pass does not wait", () => {
  expect(take(3, 1)).toEqual(["1", "2 3"]);
});

test("what a pass that was stopped left waiting is sent when asked for, once", () => {
  const sent: number[][] = [];
  const reports = new StepReports((events) => sent.push(events.map((event) => event.step)));
  for (const number of [1, 2, 3]) reports.add(step(number, 20));
  reports.flush();
  reports.flush();
  expect(sent).toEqual([[1], [2, 3]]);
});
