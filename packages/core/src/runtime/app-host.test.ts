import { describe, expect, test } from "vitest";
import { on } from "../app/listener.ts";
import { State } from "../app/state.ts";
import { toJobId } from "../ids.ts";
import type { JobContext } from "../app/job-context.ts";
import { settle } from "../testing/manual-clock.ts";
import { oneListener, openHost, TextField } from "../testing/open-host.ts";
import { TestPage } from "../testing/test-page.ts";

describe("a job id chosen by two sessions", () => {
  test("names a job of each: both run, and cancelling one leaves the other", async () => {
    await using open = await oneListener((text, { signal }) =>
      text === "wait"
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))
        : text,
    );
    const [owner, other] = [await open.page(), await open.page()];
    const message = { type: "run", jobId: "the-same-id", listenerId: "l0" };
    await owner.say({ ...message, payloads: ["wait"] });
    await other.say({ ...message, payloads: ["quick"] });
    const jobId = toJobId("the-same-id");
    expect(other.end(jobId)).toEqual({ stage: "complete" });
    await other.say({ type: "cancel", jobId });
    expect(owner.end(jobId)).toBeUndefined();
    await owner.say({ type: "cancel", jobId });
    expect(owner.end(jobId)).toEqual({ stage: "cancelled" });
  });
});

describe("a page that returns", () => {
  const slow = () =>
    oneListener(async function* (text) {
      for (let n = 1; n <= 200; n++) {
        yield text + "·".repeat(n);
        await new Promise<void>((resolve) => presentClock().setTimer(40, resolve));
      }
    });
  let clockOf: Awaited<ReturnType<typeof slow>> | undefined;
  const presentClock = () => {
    if (!clockOf) throw new Error("no host");
    return clockOf.clock;
  };

  test("sees the same as one that never left, wherever the cut falls", async () => {
    for (let cut = 1; cut <= 200; cut += 7) {
      await using open = (clockOf = await slow());
      const page = await open.page();
      const job = await page.run("l0", ["x"]);
      await open.clock.advance(40 * cut);
      page.connection.closed();
      await open.clock.advance(400);
      await page.reconnect();
      await open.clock.advance(9000);
      expect(page.payload("b2")).toBe(`x${"·".repeat(200)}`);
      expect(page.statuses(job).filter(({ stage }) => stage === "complete")).toHaveLength(1);
      expect(page.frames.filter(({ seq }) => seq > 0).map(({ seq }) => seq)).toEqual(
        Array.from({ length: page.lastSeq }, (_, n) => n + 1),
      );
    }
  });

  test("after a reload gets a snapshot, and the rest of the running job on top of it", async () => {
    await using open = (clockOf = await slow());
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    await open.clock.advance(2000);
    const before = page.payload("b2");
    await page.reload();
    expect(page.welcome).toMatchObject({
      outcome: "reset",
      snapshot: { payloads: { b2: before }, jobs: [{ jobId: job, status: { stage: "running" } }] },
    });
    await open.clock.advance(9000);
    expect(page.payload("b2")).toBe(`x${"·".repeat(200)}`);
  });

  test("may send a job again that it is not sure of: it runs once", async () => {
    let runs = 0;
    await using open = await oneListener((text) => text + ++runs);
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    await page.reconnect();
    await page.say({ type: "run", jobId: job, listenerId: "l0", payloads: ["x"] });
    expect(runs).toBe(1);
    expect(page.statuses(job).at(-1)).toEqual({ stage: "complete" });
  });

  test("with a wrong secret gets a session of its own, and the old one is untouched", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    const thief = new TestPage(open.host);
    await thief.say({
      type: "hello",
      version: 1,
      session: { id: page.welcome?.session.id, secret: "guess" },
      after: 0,
    });
    expect(thief.welcome).toMatchObject({ outcome: "new", reason: "SESSION_UNKNOWN" });
    expect(thief.welcome?.session.id).not.toBe(page.welcome?.session.id);
    expect(page.closed).toBeUndefined();
  });

  test("takes its session over from an older connection at once", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    const identity = page.welcome?.session;
    page.connect();
    await page.say({ type: "hello", version: 1, session: identity, after: page.lastSeq });
    expect(page.closed).toEqual({ code: 4001, reason: "taken over" });
    expect(page.end(await page.run("l0", ["x"]))).toEqual({ stage: "complete" });
  });

  test("too late finds its jobs cancelled, and its State still there", async () => {
    const aborted: string[] = [];
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State(0);
      field.submit(
        async (text: string, n: number, { signal }) => {
          if (text === "wait")
            await new Promise<void>((resolve) =>
              signal.addEventListener("abort", () => (aborted.push(text), resolve())),
            );
          return [String(n + 1), n + 1];
        },
        [field, state],
        [field, state],
        { triggerMode: "multiple" },
      );
    });
    const page = await open.page();
    await page.run("l0", ["go", null]);
    const waiting = await page.run("l0", ["wait", null]);
    page.connection.closed();
    await open.clock.advance(121_000);
    expect(aborted).toEqual(["wait"]);
    await page.reload();
    expect(page.welcome?.snapshot?.jobs.find(({ jobId }) => jobId === waiting)?.status).toEqual({
      stage: "cancelled",
    });
    await page.run("l0", ["go", null]);
    expect(page.payload("b1")).toBe("2");
  });
});

describe("the host", () => {
  test("Q3: with trigger mode once, a trigger during a run is skipped", async () => {
    await using open = await oneListener(() => new Promise(() => undefined));
    const page = await open.page();
    await page.run("l0", ["x"]);
    expect(page.end(await page.run("l0", ["x"]))).toEqual({ stage: "skipped" });
  });

  test("runs unload listeners once the page stayed away", async () => {
    const unloaded: string[] = [];
    await using open = await openHost(() => undefined);
    const { App } = await import("../app/app.ts");
    const { compileApp } = await import("../app/compile-app.ts");
    const app = new App();
    app.build(() => void app.unload((context: JobContext) => void unloaded.push(context.session.id)));
    await open.host.replaceApp(compileApp(app));
    const page = await open.page();
    page.connection.closed();
    await open.clock.advance(121_000);
    expect(unloaded).toEqual([page.welcome?.session.id]);
  });

  test("refuses frames before hello, of another version, and that are none, and lives on", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    page.connect();
    await page.say({ type: "ping" });
    page.connection.receive("no json");
    await page.say({ type: "hello", version: 99 });
    expect(page.messages("refused").map(({ error }) => error.code)).toEqual([
      "PROTOCOL_ORDER",
      "PROTOCOL_FRAME",
      "PROTOCOL_VERSION",
    ]);
    expect((await open.page()).welcome?.outcome).toBe("new");
  });

  test("refuses sessions beyond its capacity, but lets closed ones make room", async () => {
    await using open = await openHost(() => undefined, { sessionCapacity: 2 });
    const [first] = [await open.page(), await open.page()];
    const third = await open.page();
    expect(third.messages("refused")).toMatchObject([{ error: { code: "SESSION_LIMIT" } }]);
    first?.connection.closed();
    await settle();
    expect((await open.page()).welcome?.outcome).toBe("new");
  });

  test("one listener may have several triggers", async () => {
    await using open = await openHost(() => {
      const [a, b] = [new TextField(), new TextField()];
      on([a.submit, b.change], (text) => text, a, b);
    });
    expect(open.host.config.listeners[0]?.triggers).toEqual([
      { blockId: "b1", event: "submit" },
      { blockId: "b2", event: "change" },
    ]);
  });

  test("drains: takes no new job, waits for those that run", async () => {
    await using open = await oneListener(
      async (text) => {
        await new Promise<void>((resolve) => open.clock.setTimer(300, resolve));
        return text;
      },
      { triggerMode: "multiple" },
    );
    const page = await open.page();
    const running = await page.run("l0", ["x"]);
    const drained = open.host.drain(1000);
    expect(page.end(await page.run("l0", ["y"]))).toMatchObject({ error: { code: "ENGINE_UNAVAILABLE" } });
    await open.clock.advance(400);
    await drained;
    expect(page.end(running)).toEqual({ stage: "complete" });
  });
});
