import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { firstOf, serveGradioApp, valuesOf } from "./lib.ts";

test("600 calls in staggered bursts of four all get their own answers", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  for (let burst = 0; burst < 150; burst++) {
    const names = Array.from({ length: 4 }, (_, place) => `${burst}-${place}`);
    const answers = names.map(async (name, place) => {
      await pause(place * (burst % 7));
      return firstOf(client.predict("/greet", [name, 1]));
    });
    expect(await Promise.all(answers)).toEqual(names.map((name) => `Hello ${name}!`));
    // Now and then a stream is left to close, so that the next burst opens one anew.
    if (burst % 25 === 0) await pause(260);
  }
});

test("sixteen calls at once, of generators and of functions, do not mix", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const counts = Array.from({ length: 8 }, (_, place) => valuesOf(client.submit("/count", [place + 2])));
  const greetings = Array.from({ length: 8 }, (_, place) =>
    firstOf(client.predict("/greet", [`${place}`, 1])),
  );
  expect(await Promise.all(greetings)).toEqual(greetings.map((_, place) => `Hello ${place}!`));
  for (const [place, values] of (await Promise.all(counts)).entries()) {
    const upTo = Array.from({ length: place + 2 }, (_, index) => `${index + 1}`);
    expect(values).toEqual([...upTo, upTo.at(-1)]);
  }
});

test("clients side by side get only their own answers", async () => {
  await using served = await serveGradioApp();
  const clients = await Promise.all(Array.from({ length: 16 }, () => served.connect()));
  const answers = clients.flatMap((client, place) =>
    Array.from({ length: 5 }, (_, round) => firstOf(client.predict("/greet", [`${place}.${round}`, 1]))),
  );
  const expected = clients.flatMap((_, place) =>
    Array.from({ length: 5 }, (_unused, round) => `Hello ${place}.${round}!`),
  );
  expect(await Promise.all(answers)).toEqual(expected);
});

test("a full queue is told as one", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const running = client.predict("/narrow", ["300"]);
  await pause(50);
  const waiting = client.predict("/narrow", ["1"]);
  await pause(50);
  await expect(client.predict("/narrow", ["2"])).rejects.toMatchObject({
    message: "This application is currently busy. Please try again. ",
  });
  expect(await Promise.all([firstOf(running), firstOf(waiting)])).toEqual(["300", "1"]);
});

test("one of three calls of the same function is cancelled, and the others go on", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const [first, second, third] = [1, 2, 3].map(() => client.submit("/wait", ["600"]));
  const ends = [first, second, third].map((submission) => valuesOf(submission as NonNullable<typeof first>));
  await pause(100);
  await second?.cancel();
  // Its function waits for nobody's signal; the call ends all the same, with no value.
  expect(await ends[1]).toEqual([null]);
  expect(await Promise.all([ends[0], ends[2]])).toEqual([["600"], ["600"]]);
});

test("calls of a batched function each get their own row", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const calls = Array.from({ length: 9 }, (_, place) => firstOf(client.predict("/batched", [`${place}`])));
  const answers = (await Promise.all(calls)) as string[];
  expect(answers.map((answer) => answer.split(" ")[0])).toEqual(calls.map((_, place) => `${place}`));
  expect(answers.some((answer) => answer.endsWith("of 3"))).toBe(true);
});
