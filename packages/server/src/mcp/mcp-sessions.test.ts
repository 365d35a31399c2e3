import type { Clock } from "@vitrine/core";
import { expect, test } from "vitest";
import { McpSessions } from "./mcp-sessions.ts";

const hourMs = 60 * 60 * 1000;

/** Time that passes when it is told to. */
function manualClock() {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    setTimer(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const pass = (ms: number): void => {
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 1000) {
      for (const timer of timers) if (timer.atMs <= nowMs && timers.delete(timer)) timer.callback();
    }
  };
  return { clock, pass, waiting: () => timers.size };
}

function setUp() {
  const { clock, pass, waiting } = manualClock();
  const sessions = new McpSessions(clock);
  const ended: string[] = [];
  const add = (id: string) =>
    sessions.add(id, { handle: async () => new Response(), close: async () => void ended.push(id) });
  return { sessions, ended, add, pass, waiting };
}

test("a client that asks nothing for an hour is forgotten, one that asks or listens is not", async () => {
  const { sessions, ended, add, pass, waiting } = setUp();
  const listening = new AbortController();
  await Promise.all(["idle", "asking", "listening"].map(add));
  sessions.listen("listening", listening.signal);
  pass(0.9 * hourMs);
  expect(sessions.find("asking")).toBeDefined();
  pass(0.2 * hourMs);
  expect(ended).toEqual(["idle"]);
  expect(sessions.find("idle")).toBeUndefined();
  pass(hourMs);
  expect(ended).toEqual(["idle", "asking"]);
  listening.abort();
  pass(1.1 * hourMs);
  expect(ended).toEqual(["idle", "asking", "listening"]);
  expect(waiting()).toBe(0);
});

test("with a thousand clients the one idle for longest makes room for another", async () => {
  const { sessions, ended, add } = setUp();
  for (let n = 0; n < 1000; n++) await add(`client-${n}`);
  sessions.find("client-0");
  sessions.listen("client-1", new AbortController().signal);
  await add("one more");
  expect(ended).toEqual(["client-2"]);
  expect(sessions.find("one more")).toBeDefined();
});
