import { describe, expect, test } from "vitest";
import { toSessionId } from "../../ids.ts";
import { settle } from "../../testing/manual-clock.ts";
import { EmbeddedEventLog } from "./event-log.ts";

const session = toSessionId("s");

function follow(log: EmbeddedEventLog, after: number, accept: (seq: number) => boolean = () => true) {
  const got: (number | string)[] = [];
  const follower = log.follow({
    session,
    after,
    onMessage(seq) {
      got.push(seq);
      return accept(seq);
    },
    onReset: (seq) => got.push(`reset ${seq}`),
  });
  return { got, follower };
}

describe("the event log", () => {
  test("numbers messages 1, 2, 3 and delivers them in order on a later tick", async () => {
    const log = new EmbeddedEventLog();
    const { got } = follow(log, 0);
    await log.append(session, "a");
    void log.append(session, "b");
    expect(got).not.toContain(2);
    await settle();
    expect(got).toEqual([1, 2]);
  });

  test("a follower that returns gets exactly what it missed", async () => {
    const log = new EmbeddedEventLog();
    for (const text of ["a", "b", "c"]) await log.append(session, text);
    const { got } = follow(log, 1);
    await log.append(session, "d");
    await settle();
    expect(got).toEqual([2, 3, 4]);
  });

  test("one that missed more than is kept is told to begin anew, and goes on from there", async () => {
    const log = new EmbeddedEventLog({ maxMessages: 2 });
    for (const text of ["a", "b", "c", "d"]) await log.append(session, text);
    const { got } = follow(log, 1);
    await settle();
    await log.append(session, "e");
    await settle();
    expect(got).toEqual(["reset 4", 5]);
  });

  test("one that claims to have more than was sent begins anew too", async () => {
    const log = new EmbeddedEventLog();
    const { got } = follow(log, 9);
    await settle();
    expect(got).toEqual(["reset 0"]);
  });

  test("a paused follower loses nothing while the log holds it", async () => {
    const log = new EmbeddedEventLog();
    const { got, follower } = follow(log, 0, (seq) => seq !== 1);
    for (const text of ["a", "b", "c"]) await log.append(session, text);
    await settle();
    expect(got).toEqual([1]);
    follower.resume();
    await settle();
    expect(got).toEqual([1, 2, 3]);
  });

  test("acknowledged messages are not kept; the bound in size holds as well", async () => {
    const log = new EmbeddedEventLog({ maxSize: 10 });
    await log.append(session, "aaaa");
    log.acknowledge(session, 1);
    const early = follow(log, 0);
    await settle();
    expect(early.got).toEqual(["reset 1"]);
    await log.append(session, "bbbbbbbb");
    await log.append(session, "cccccccc");
    const late = follow(log, 1);
    await settle();
    expect(late.got).toEqual(["reset 3"]);
  });

  test("when all logs together are too large, those nobody follows give up theirs", async () => {
    const log = new EmbeddedEventLog({ maxTotalSize: 10 });
    const away = toSessionId("away");
    await log.append(away, "aaaaaaaa");
    const here = follow(log, 0);
    await log.append(session, "bbbbbbbb");
    await settle();
    expect(here.got).toEqual([1]);
    const resets: number[] = [];
    log.follow({ session: away, after: 0, onMessage: () => true, onReset: (seq) => resets.push(seq) });
    await settle();
    expect(resets).toEqual([1]);
  });

  test("when those that are followed are too large together, the oldest give way and begin anew", async () => {
    const log = new EmbeddedEventLog({ maxTotalSize: 10 });
    const slow = follow(log, 0, () => false);
    for (const text of ["aaaa", "bbbb"]) await log.append(session, text);
    await settle();
    const another = toSessionId("another");
    log.follow({ session: another, after: 0, onMessage: () => true, onReset: () => undefined });
    await log.append(another, "ccc");
    slow.follower.resume();
    await settle();
    expect(slow.got).toEqual([1, "reset 2"]);
  });

  test("a follower that has ended is called no more", async () => {
    const log = new EmbeddedEventLog({ maxMessages: 1 });
    for (const text of ["a", "b"]) await log.append(session, text);
    const { got, follower } = follow(log, 0);
    follower.close();
    await settle();
    expect(got).toEqual([]);
  });
});
