import { describe, expect, test } from "vitest";
import { VitrineError } from "../../errors.ts";
import { toJobId, toSessionId } from "../../ids.ts";
import { ManualClock, settle } from "../../testing/manual-clock.ts";
import type { JobSpec, Lease, Waiting } from "../engine.ts";
import { EmbeddedEventLog } from "./event-log.ts";
import { EmbeddedJobQueue } from "./job-queue.ts";

/** A queue whose jobs run until told to end. */
function openQueue() {
  const clock = new ManualClock();
  const queue = new EmbeddedJobQueue({ clock, events: new EmbeddedEventLog() });
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const leases = new Map<string, Lease>();
  queue.work(async (lease) => {
    started.push(lease.job.id);
    leases.set(lease.job.id, lease);
    await new Promise<void>((resolve) => ends.set(lease.job.id, resolve));
  });
  const submit = async (id: string, changes: Partial<JobSpec> = {}): Promise<boolean> => {
    const { accepted } = await queue.submit({
      id: toJobId(id),
      session: toSessionId("s"),
      group: "g",
      args: "",
      maxQueue: 100,
      ...changes,
    });
    await settle();
    return accepted;
  };
  const end = async (id: string): Promise<void> => {
    ends.get(id)?.();
    await settle();
  };
  return { clock, queue, started, leases, submit, end };
}

describe("the queue", () => {
  test("Q1: jobs of one session start in the order in which they were queued", async () => {
    const { queue, submit, end, started } = openQueue();
    await queue.limit("g", 1);
    for (const id of ["a", "b", "c"]) await submit(id);
    await end("a");
    await end("b");
    expect(started).toEqual(["a", "b", "c"]);
  });

  test("Q2: at most the limit of a group runs at once, and groups do not delay each other", async () => {
    const { queue, submit, started } = openQueue();
    await queue.limit("g", 2);
    await queue.limit("other", 1);
    for (const id of ["a", "b", "c"]) await submit(id);
    await submit("d", { group: "other" });
    expect(started).toEqual(["a", "b", "d"]);
  });

  test("sessions take turns: one visitor's many jobs do not hold up another's first", async () => {
    const { queue, submit, end, started } = openQueue();
    await queue.limit("g", 1);
    for (const id of ["a1", "a2", "a3"]) await submit(id);
    await submit("b1", { session: toSessionId("t") });
    for (const id of ["a1", "a2", "b1"]) await end(id);
    expect(started).toEqual(["a1", "a2", "b1", "a3"]);
  });

  test("Q4: cancelling a waiting job removes it, and those behind move up and are told once", async () => {
    const { queue, submit } = openQueue();
    await queue.limit("g", 1);
    const told: Waiting[] = [];
    queue.watch((waiting) => told.push(waiting));
    for (const id of ["a", "b", "c"]) await submit(id);
    expect(await queue.cancel({ session: toSessionId("s"), id: toJobId("b") }, "no")).toBe("removed");
    expect(told.map(({ job, position }) => [job.id, position])).toEqual([
      ["b", 0],
      ["c", 1],
      ["c", 0],
    ]);
  });

  test("Q5: a job whose id is already known is not taken again", async () => {
    const { queue, submit, started } = openQueue();
    await queue.limit("g", 1);
    expect(await submit("a")).toBe(true);
    expect(await submit("a")).toBe(false);
    expect(started).toEqual(["a"]);
  });

  test("Q6: a slot comes back when the job ends, however it ends", async () => {
    const clock = new ManualClock();
    const queue = new EmbeddedJobQueue({ clock, events: new EmbeddedEventLog() });
    const started: string[] = [];
    await queue.limit("g", 1);
    queue.work(async ({ job }) => void started.push(job.id));
    for (const id of ["a", "b"])
      await queue.submit({ id: toJobId(id), session: toSessionId("s"), group: "g", args: "", maxQueue: 9 });
    await settle();
    expect(started).toEqual(["a", "b"]);
    expect(queue.size).toBe(0);
  });

  test("cancelling a running job aborts its signal with the reason", async () => {
    const { queue, submit, leases } = openQueue();
    await submit("a");
    const reason = new VitrineError("JOB_CANCELLED", { message: "stop" });
    expect(await queue.cancel({ session: toSessionId("s"), id: toJobId("a") }, reason)).toBe("signalled");
    expect(leases.get("a")?.signal.reason).toBe(reason);
    expect(await queue.cancel({ session: toSessionId("s"), id: toJobId("never") }, reason)).toBe("gone");
  });

  test("a full queue refuses at once", async () => {
    const { queue, submit } = openQueue();
    await queue.limit("g", 1);
    await submit("a", { maxQueue: 1 });
    await submit("b", { maxQueue: 1 });
    await expect(submit("c", { maxQueue: 1 })).rejects.toMatchObject({ code: "QUEUE_FULL" });
  });

  test("estimates come from the median of what ran, and are absent before anything has", async () => {
    const { queue, submit, end, clock } = openQueue();
    await queue.limit("g", 1);
    const told: (number | undefined)[] = [];
    queue.watch(({ etaMs }) => told.push(etaMs));
    await submit("a");
    await submit("b");
    await clock.advance(400);
    await end("a");
    await submit("c");
    expect(told).toEqual([undefined, 400]);
  });

  test("nothing is emitted after the terminal message", async () => {
    const events = new EmbeddedEventLog();
    const queue = new EmbeddedJobQueue({ clock: new ManualClock(), events });
    queue.work(async (lease) => {
      await lease.finish('"end"');
      await lease.emit('"late"');
    });
    await queue.submit({ id: toJobId("a"), session: toSessionId("s"), group: "g", args: "", maxQueue: 9 });
    await settle();
    expect(events.lastSeq(toSessionId("s"))).toBe(1);
  });
});
