import { expect, test } from "vitest";
import { FrameQueue } from "./frame-queue.ts";

test("the first item is handled at once, those that follow in the same frame together with the next one", () => {
  const handled: number[] = [];
  const frames: (() => void)[] = [];
  const queue = new FrameQueue<number>({
    handle: (item) => handled.push(item),
    nextFrame: (callback) => frames.push(callback),
  });
  for (const item of [1, 2, 3]) queue.push(item);
  expect(handled).toEqual([1]);
  frames.shift()?.();
  expect(handled).toEqual([1, 2, 3]);
  expect(frames).toEqual([]);
  queue.push(4);
  expect(handled).toEqual([1, 2, 3, 4]);
});
