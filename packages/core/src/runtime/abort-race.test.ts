import { expect, test } from "vitest";
import { AbortRace } from "./abort-race.ts";

test("a value that comes before the abort is given", async () => {
  const race = new AbortRace(new AbortController().signal);
  expect(await race.wait(Promise.resolve(1))).toBe(1);
});

test("an abort ends the wait with its reason", async () => {
  const controller = new AbortController();
  const waiting = new AbortRace(controller.signal).wait(new Promise(() => undefined));
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});

test("what fails after the abort ends no process: somebody has looked at it", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    const race = new AbortRace(AbortSignal.abort("enough"));
    await expect(race.wait(Promise.reject(new Error("late")))).rejects.toBe("enough");
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});
