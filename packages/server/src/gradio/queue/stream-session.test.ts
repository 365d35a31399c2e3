import type { Json } from "@vitrine/core";
import { beforeEach, expect, test, vi } from "vitest";
import { nodeClock } from "../../node-ports.ts";
import type { EventStream } from "../http/event-stream.ts";
import { StreamSession } from "./stream-session.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => void vi.useRealTimers();
});

/** A client's end of a stream. */
class Reader implements EventStream {
  isFull = false;
  text = "";
  isEnded = false;

  write(text: string): void {
    this.text += text;
  }

  end(): void {
    this.isEnded = true;
  }

  get messages(): { msg: string; event_id: string | null; output?: { data: Json[] } }[] {
    const blocks = this.text.split("\n\n").slice(0, -1);
    return blocks.map((block) => JSON.parse(block.replace(/^data: /, "")) as never);
  }

  get kinds(): string[] {
    return this.messages.map(({ msg }) => msg);
  }
}

function open() {
  const clock = { advance: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
  const session = new StreamSession(nodeClock, () => undefined);
  const cancelled: string[] = [];
  const join = (id: string): void => session.join(id, { fnIndex: 0, cancel: () => cancelled.push(id) });
  const end = (id: string, value: Json = id): void =>
    session.tell(id, { type: "completed", data: [value], seconds: 0 });
  return { clock, session, cancelled, join, end };
}

/** What is told in one go is written in one go, a little later. */
const written = () => vi.advanceTimersByTimeAsync(0);

test("a single call's stream is closed with its end, and a join soon after waits for the client to notice", async () => {
  const { clock, session, join, end } = open();
  join("a");
  const reader = new Reader();
  session.attach(reader);
  end("a");
  await written();
  expect([reader.kinds, reader.isEnded]).toEqual([["process_completed", "close_stream"], true]);
  expect(session.answerDelayMs).toBe(100);
  await clock.advance(60);
  expect(session.answerDelayMs).toBe(40);
  await clock.advance(60);
  expect(session.answerDelayMs).toBe(0);
});

test("between calls that follow each other the stream stays open for a moment", async () => {
  const { clock, session, join, end } = open();
  join("a");
  join("b");
  const reader = new Reader();
  session.attach(reader);
  end("a");
  end("b");
  await written();
  expect(reader.kinds).toEqual(["process_completed", "process_completed"]);
  await clock.advance(200);
  join("c");
  await clock.advance(200);
  expect(reader.isEnded).toBe(false);
  end("c");
  await written();
  await clock.advance(251);
  expect([reader.kinds.at(-1), reader.isEnded]).toEqual(["close_stream", true]);
});

test("what is told before anyone reads waits, in order", async () => {
  const { session, join, end } = open();
  join("a");
  session.tell("a", { type: "starts" });
  session.tell("a", { type: "generating", data: ["H"] });
  session.tell("a", { type: "generating", data: ["Hi"] });
  end("a", "Hi");
  const reader = new Reader();
  session.attach(reader);
  expect(reader.messages.map(({ msg, output }) => [msg, output?.data])).toEqual([
    ["process_starts", undefined],
    ["process_generating", ["H"]],
    ["process_generating", [[["append", [], "i"]]]],
    ["process_completed", ["Hi"]],
    ["close_stream", undefined],
  ]);
});

test("a stream opened when everything was told is closed after a moment", async () => {
  const { clock, session } = open();
  const reader = new Reader();
  session.attach(reader);
  expect(reader.isEnded).toBe(false);
  await clock.advance(251);
  expect([reader.kinds, reader.isEnded]).toEqual([["close_stream"], true]);
});

test("a newer stream takes the place of an older, which is told nothing more", async () => {
  const { session, cancelled, join, end } = open();
  join("a");
  const [older, newer] = [new Reader(), new Reader()];
  session.attach(older);
  session.attach(newer);
  session.gone(older);
  end("a");
  await written();
  expect([older.kinds, older.isEnded]).toEqual([[], true]);
  expect(newer.kinds).toEqual(["process_completed", "close_stream"]);
  expect(cancelled).toEqual([]);
});

test("a client that leaves has its events cancelled, and hears nothing of them when it returns", async () => {
  const { clock, session, cancelled, join, end } = open();
  join("a");
  join("b");
  const reader = new Reader();
  session.attach(reader);
  session.gone(reader);
  expect(cancelled).toEqual(["a", "b"]);
  end("a");
  const later = new Reader();
  session.attach(later);
  await clock.advance(251);
  expect(later.kinds).toEqual(["close_stream"]);
});

test("an end is told once, and nothing after it", async () => {
  const { session, join, end } = open();
  join("a");
  join("b");
  const reader = new Reader();
  session.attach(reader);
  end("a");
  await written();
  end("a");
  session.tell("a", { type: "starts" });
  await written();
  expect(reader.kinds).toEqual(["process_completed"]);
});

test("a slow reader is given the rest when it has room", async () => {
  const { session, join, end } = open();
  join("a");
  const reader = new Reader();
  session.attach(reader);
  reader.isFull = true;
  end("a");
  await written();
  expect(reader.kinds).toEqual([]);
  reader.isFull = false;
  session.flush();
  expect(reader.kinds).toEqual(["process_completed", "close_stream"]);
});

test("for a reader that never reads, only ends are kept when it gets too much", async () => {
  const { session, join, end } = open();
  join("a");
  const value = "x".repeat(1 << 20);
  for (let n = 0; n < 200; n++) session.tell("a", { type: "generating", data: [`${value}${n}`] });
  end("a");
  const reader = new Reader();
  session.attach(reader);
  for (let n = 0; n < 100; n++) session.flush();
  expect(reader.text.length).toBeLessThan(20 << 20);
  expect(reader.kinds.slice(-2)).toEqual(["process_completed", "close_stream"]);
});

test("no more than a thousand events wait for their ends to be read", () => {
  const { session, join } = open();
  for (let n = 0; n < 999; n++) join(`${n}`);
  expect(session.isFull).toBe(false);
  join("last");
  expect(session.isFull).toBe(true);
});

test("a stream with nothing to tell beats, and the stop of the server is told to who waits", async () => {
  const { clock, session, join } = open();
  join("a");
  const reader = new Reader();
  session.attach(reader);
  await clock.advance(31_000);
  session.stop();
  expect(reader.kinds).toEqual(["heartbeat", "heartbeat", "unexpected_error"]);
  expect(reader.messages.at(-1)).toMatchObject({ message: "Server stopped unexpectedly." });
});
