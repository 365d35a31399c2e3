import { expect, test } from "vitest";
import { Courier } from "./courier.ts";

/** Two couriers whose channel copies messages as processes do, and notes how much each carries. */
function pair() {
  const received: unknown[] = [];
  const sizes: number[] = [];
  const there = new Courier({ send: () => undefined }, (message) => received.push(message));
  const here = new Courier(
    {
      send(message, done) {
        const copy: unknown = structuredClone(message);
        sizes.push(bytesIn(copy));
        setImmediate(() => {
          there.receive(copy);
          done(null);
        });
      },
    },
    () => undefined,
  );
  return { here, received, sizes };
}

function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + bytesIn(item), 0);
}

test("long bytes travel in parts and arrive whole, in the place they had", async () => {
  const { here, received, sizes } = pair();
  const long = Uint8Array.from({ length: 3_500_000 }, (_, i) => i * 7);
  const other = Uint8Array.from({ length: 1_200_000 }, (_, i) => i * 3);
  const message = { type: "picture", list: [{ data: long }, { data: Uint8Array.of(1, 2) }], other };
  await here.post(message);
  // Compared as buffers: the test runner would go through them number by number.
  const bytesOf = ({ list, other: rest }: typeof message) =>
    [...list.map(({ data }) => data), rest].map((bytes) => Buffer.from(bytes));
  expect(received).toHaveLength(1);
  const arrived = bytesOf(received[0] as typeof message);
  expect(bytesOf(message).map((bytes, i) => bytes.equals(arrived[i]!))).toEqual([true, true, true]);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
});

test("messages arrive in the order they were posted, however long", async () => {
  const { here, received } = pair();
  const posts = [new Uint8Array(2_500_000), 1, 2].map((content) => here.post({ content }));
  await Promise.all(posts);
  expect(received.map((message) => bytesIn(message))).toEqual([2_500_000, 0, 0]);
  expect(received.slice(1)).toEqual([{ content: 1 }, { content: 2 }]);
});

test("a closed channel rejects what is posted, and the next post tries again", async () => {
  let isOpen = false;
  const here = new Courier({ send: (_, done) => done(isOpen ? null : new Error("closed")) }, () => undefined);
  await expect(here.post({})).rejects.toThrow("closed");
  isOpen = true;
  await expect(here.post({})).resolves.toBeUndefined();
});
