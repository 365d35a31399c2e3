import { describe, expect, test } from "vitest";
import { on } from "../app/listener.ts";
import { State } from "../app/state.ts";
import type { Block } from "../component/block.ts";
import { skip, update } from "../component/update.ts";
import { UserError } from "../errors.ts";
import { toJobId } from "../ids.ts";
import type { JobContext } from "../app/job-context.ts";
import { openHost, TextField } from "../testing/open-host.ts";
import { settle } from "../testing/manual-clock.ts";

/** An app of one listener: fields → fields. Block b0 is the app, b1 the input, b2 the output. */
function oneListener(fn: (text: string, context: JobContext) => unknown, options = {}) {
  return openHost(() => {
    const input = new TextField({ label: "In" });
    const output = new TextField({ label: "Out" });
    input.submit(fn as () => string, input, output, options);
  });
}

describe("a job", () => {
  test("takes payloads through the function to the output, and says when it is complete", async () => {
    await using open = await oneListener((text) => text.toUpperCase());
    const page = await open.page();
    const job = await page.run("l0", ["hello"]);
    expect(page.payload("b2")).toBe("HELLO");
    expect(page.statuses(job)).toEqual([{ stage: "running" }, { stage: "complete" }]);
  });

  test("receives after its values a context with session, event and request", async () => {
    let seen: JobContext | undefined;
    await using open = await oneListener((text, context) => {
      seen = context;
      return text;
    });
    const page = await open.page();
    await page.run("l0", ["x"], { blockId: "b1", event: "submit", data: { key: 1 } });
    expect(seen?.event).toMatchObject({ name: "submit", data: { key: 1 } });
    expect((seen?.event.target as Block).options).toMatchObject({ label: "In" });
    expect(seen?.session.id).toBe(page.welcome?.session.id);
    expect(seen?.request.clientAddress).toBe("127.0.0.1");
  });

  test("shows every value a generator yields while it waits in between, later ones as changes", async () => {
    await using open = await oneListener(async function* (text, { signal }) {
      for (const end of ["a", "ab", "abc"]) {
        yield text + end;
        await new Promise<void>((resolve) => open.clock.setTimer(100, resolve));
        signal.throwIfAborted();
      }
    });
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    await open.clock.advance(400);
    expect(page.messages("output").map(({ updates }) => updates[0])).toEqual([
      { blockId: "b2", payload: "xa" },
      { blockId: "b2", changes: [["append", [], "b"]] },
      { blockId: "b2", changes: [["append", [], "c"]] },
    ]);
    expect(page.end(job)).toEqual({ stage: "complete" });
  });

  test("that yields far faster than a page can show sends few frames, and always the last value", async () => {
    await using open = await oneListener(function* () {
      for (let n = 0; n < 1000; n++) yield String(n);
    });
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    while (!page.end(job)) await open.clock.advance(1);
    expect(page.payload("b2")).toBe("999");
    expect(page.messages("output").length).toBeLessThan(10);
  });

  test("reports progress, the newest in each interval", async () => {
    await using open = await oneListener(async (text, { progress }) => {
      progress(0.1);
      progress(0.2, { description: "Loading" });
      await new Promise<void>((resolve) => open.clock.setTimer(200, resolve));
      progress.steps(3, 4);
      return text;
    });
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    await open.clock.advance(500);
    expect(
      page
        .statuses(job)
        .flatMap((status) => (status.stage === "running" && status.progress ? [status.progress] : [])),
    ).toEqual([
      { fraction: 0.1 },
      { fraction: 0.2, description: "Loading" },
      { done: 3, total: 4, fraction: 0.75 },
    ]);
  });

  test("can change other options of an output for its session only", async () => {
    await using open = await oneListener(() => update({ label: "New", value: "v" }));
    const [page, other] = [await open.page(), await open.page()];
    await page.run("l0", ["x"]);
    expect(page.messages("output")[0]?.updates).toEqual([
      { blockId: "b2", props: { label: "New" }, payload: "v" },
    ]);
    expect(other.messages("output")).toEqual([]);
  });

  test("sends an option named in an update again, since the visitor may have changed it in the page", async () => {
    await using open = await oneListener(() => update({ hint: "look" }));
    const page = await open.page();
    await page.run("l0", ["x"]);
    await page.run("l0", ["x"]);
    expect(page.messages("output").map(({ updates }) => updates)).toEqual([
      [{ blockId: "b2", props: { hint: "look" } }],
      [{ blockId: "b2", props: { hint: "look" } }],
    ]);
  });

  test("leaves an output alone with skip()", async () => {
    await using open = await oneListener(() => skip());
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    expect(page.messages("output")).toEqual([]);
    expect(page.end(job)).toEqual({ stage: "complete" });
  });

  test("may say something in a toast", async () => {
    await using open = await oneListener((text, { log }) => {
      log.warning("Careful", { title: "Hm" });
      return text;
    });
    const page = await open.page();
    await page.run("l0", ["x"]);
    expect(page.messages("toast")).toEqual([
      { type: "toast", level: "warning", message: "Careful", title: "Hm" },
    ]);
  });
});

describe("a job that goes wrong", () => {
  test.each<[string, (text: string) => unknown, object]>([
    [
      "a UserError is shown in the author's words",
      () => {
        throw new UserError("Not today.", { title: "Sorry" });
      },
      { code: "USER_ERROR", message: "Not today.", title: "Sorry" },
    ],
    [
      "an Error is not told to visitors",
      () => {
        throw new Error("secret /etc/passwd");
      },
      { code: "FUNCTION_FAILED", message: expect.not.stringContaining("secret") },
    ],
    [
      "a thrown string is not told either",
      () => {
        throw "secret";
      },
      { code: "FUNCTION_FAILED" },
    ],
    [
      "a rejected promise counts as a throw",
      () => Promise.reject(new UserError("later")),
      { code: "USER_ERROR", message: "later" },
    ],
    [
      "a value the output cannot show names the output",
      () => 42,
      { code: "VALUE_NOT_SHOWN", message: '"Out" shows text, got number.', blockId: "b2" },
    ],
  ])("%s", async (_name, fn, error) => {
    await using open = await oneListener(fn);
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    expect(page.end(job)).toMatchObject({ stage: "failed", error });
    expect(page.end(await page.run("l0", ["again"]))).toMatchObject({ stage: "failed" });
  });

  test("in development the visitor, who is the author, sees message and stack", async () => {
    await using open = await openHost(
      () => {
        const input = new TextField();
        input.submit(
          () => {
            throw new Error("the cause");
          },
          input,
          input,
        );
      },
      { isDevelopment: true },
    );
    const page = await open.page();
    expect(page.end(await page.run("l0", ["x"]))).toMatchObject({
      error: { message: "the cause", detail: expect.stringContaining("app-host.test") },
    });
  });

  test("a failure after a yield keeps what was yielded", async () => {
    await using open = await oneListener(function* () {
      yield "so far";
      throw new UserError("then this");
    });
    const page = await open.page();
    const job = await page.run("l0", ["x"]);
    expect(page.payload("b2")).toBe("so far");
    expect(page.end(job)).toMatchObject({ stage: "failed" });
  });

  test("a function that returns nothing empties its output", async () => {
    await using open = await oneListener(() => undefined);
    const page = await open.page();
    await page.run("l0", ["x"]);
    expect(page.payload("b2")).toBe("");
  });

  test("what a component refuses is told beside it", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    expect(page.end(await page.run("l0", ["refused"]))).toMatchObject({
      error: { code: "VALUE_OUT_OF_RANGE", blockId: "b1" },
    });
    expect(page.end(await page.run("l0", [{ not: "text" }]))).toMatchObject({
      error: { code: "PAYLOAD_INVALID", blockId: "b1", message: '"In" expected string, got Object.' },
    });
    expect(open.logged).toEqual([]);
  });

  test.each<[string, string, unknown[], object | undefined, string]>([
    ["an unknown listener", "l9", ["x"], undefined, "UNKNOWN_LISTENER"],
    ["an unknown block as trigger", "l0", ["x"], { blockId: "b99", event: "submit" }, "UNKNOWN_BLOCK"],
    ["too few payloads", "l0", [], undefined, "WRONG_INPUT_COUNT"],
    ["too many payloads", "l0", ["x", "y"], undefined, "WRONG_INPUT_COUNT"],
  ])("%s is refused, and the session goes on", async (_name, listener, payloads, trigger, code) => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    expect(page.end(await page.run(listener, payloads as string[], trigger))).toMatchObject({
      stage: "failed",
      error: { code },
    });
    expect(page.end(await page.run("l0", ["fine"]))).toEqual({ stage: "complete" });
  });

  test.each([
    [["one"], /1 values for 2 outputs/],
    [["one", "two", "three"], /3 values for 2 outputs/],
    ["bare", /2 outputs take an array/],
    [undefined, /returned nothing/],
  ])("returning %j for two outputs says how many were expected", async (result, message) => {
    await using open = await openHost(() => {
      const [a, b] = [new TextField(), new TextField()];
      a.submit(() => result as never, null, [a, b]);
    });
    const page = await open.page();
    expect(page.end(await page.run("l0", []))).toMatchObject({
      error: { code: "WRONG_OUTPUT_COUNT", message: expect.stringMatching(message) },
    });
  });

  test("a listener's time limit ends a job that never ends, and gives the slot back", async () => {
    await using open = await oneListener(() => new Promise(() => undefined), {
      maxSeconds: 5,
      concurrencyLimit: 1,
      triggerMode: "multiple",
    });
    const page = await open.page();
    const first = await page.run("l0", ["x"]);
    const second = await page.run("l0", ["x"]);
    await open.clock.advance(5000);
    expect(page.end(first)).toMatchObject({ stage: "failed", error: { code: "JOB_TOO_LONG" } });
    expect(page.statuses(second).at(-1)).toEqual({ stage: "running" });
  });
});

describe("cancel", () => {
  test("aborts the signal, runs the generator's finally, and frees the slot", async () => {
    const seen: string[] = [];
    await using open = await oneListener(
      async function* (text, { signal }) {
        try {
          yield text;
          await new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
          );
        } finally {
          seen.push("closed");
        }
      },
      { concurrencyLimit: 1, triggerMode: "multiple" },
    );
    const page = await open.page();
    const [first, second] = [await page.run("l0", ["x"]), await page.run("l0", ["y"])];
    await page.say({ type: "cancel", jobId: first });
    expect(seen).toEqual(["closed"]);
    expect(page.end(first)).toEqual({ stage: "cancelled" });
    expect(page.statuses(second).at(-1)).toEqual({ stage: "running" });
    expect(page.payload("b2")).toBe("y");
  });

  test("takes a waiting job out of the queue", async () => {
    await using open = await oneListener(() => new Promise(() => undefined), {
      concurrencyLimit: 1,
      triggerMode: "multiple",
    });
    const page = await open.page();
    await page.run("l0", ["x"]);
    const waiting = await page.run("l0", ["y"]);
    expect(page.statuses(waiting)).toEqual([{ stage: "queued", position: 0 }]);
    await page.say({ type: "cancel", jobId: waiting });
    expect(page.end(waiting)).toEqual({ stage: "cancelled" });
  });

  test("needs the session that owns the job", async () => {
    await using open = await oneListener(() => new Promise(() => undefined));
    const [owner, other] = [await open.page(), await open.page()];
    const job = await owner.run("l0", ["x"]);
    await other.say({ type: "cancel", jobId: job });
    expect(other.messages("refused")).toMatchObject([{ error: { code: "UNKNOWN_JOB" } }]);
    expect(owner.end(job)).toBeUndefined();
  });
});

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

describe("State", () => {
  const counter = () =>
    openHost(() => {
      const field = new TextField();
      const state = new State<string[]>([]);
      field.submit(
        (text: string, items: string[]) => {
          items.push(text);
          return [items.join(","), items];
        },
        [field, state],
        [field, state],
      );
      state.change((items: string[]) => `changed ${items.length}`, state, field, { apiName: false });
    });

  test("is passed in and returned out, for each session apart", async () => {
    await using open = await counter();
    const [page, other] = [await open.page(), await open.page()];
    await page.run("l0", ["a", null]);
    await page.run("l0", ["b", null]);
    await other.run("l0", ["c", null]);
    expect([page.payload("b1"), other.payload("b1")]).toEqual(["a,b", "c"]);
  });

  test("tells the page when its content changed, not when it did not", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State({ kept: 1 });
      field.submit((text: string) => [text, { kept: text === "same" ? 1 : 2 }], field, [field, state]);
    });
    const page = await open.page();
    await page.run("l0", ["same"]);
    expect(page.messages("stateChanged")).toEqual([]);
    await page.run("l0", ["other"]);
    expect(page.messages("stateChanged")).toEqual([{ type: "stateChanged", blockId: "b2" }]);
  });

  test("a change that is not returned does not stay, in the session or in the initial value", async () => {
    const initial = { items: ["first"] };
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State(initial);
      field.submit(
        (_: string, value: { items: string[] }) => String(value.items.push("more")),
        [field, state],
        field,
      );
    });
    initial.items.push("after the fact");
    const page = await open.page();
    await page.run("l0", ["x", null]);
    await page.run("l0", ["x", null]);
    expect(page.payload("b1")).toBe("2");
  });

  test("a function as initial value is called once for each session", async () => {
    let calls = 0;
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State(() => ++calls);
      field.submit((_: string, value: number) => String(value), [field, state], field);
    });
    const [page, other] = [await open.page(), await open.page()];
    await page.run("l0", ["x", null]);
    await page.run("l0", ["x", null]);
    await other.run("l0", ["x", null]);
    expect([page.payload("b1"), other.payload("b1")]).toEqual(["1", "2"]);
  });

  test("two jobs of one session that change different States at once keep both changes", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const [left, right] = [new State(0), new State(0)];
      field.submit((_: string, n: number) => n + 1, [field, left], left, { triggerMode: "multiple" });
      field.submit((_: string, n: number) => n + 1, [field, right], right, { triggerMode: "multiple" });
      field.change((_: string, a: number, b: number) => `${a} ${b}`, [field, left, right], field);
    });
    const page = await open.page();
    await Promise.all([page.run("l0", ["", null]), page.run("l1", ["", null])]);
    await page.run("l2", ["", null, null]);
    expect(page.payload("b1")).toBe("1 1");
  });

  test("holds what JSON cannot, and refuses what cannot leave the process", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State<unknown>(new Map([["when", new Date(0)]]));
      field.submit(
        (text: string, value: unknown) => [text, text === "bad" ? { run: () => 1 } : value],
        [field, state],
        [field, state],
      );
      field.change(
        (_: string, value: unknown) => String(value instanceof Map && value.get("when") instanceof Date),
        [field, state],
        field,
      );
    });
    const page = await open.page();
    expect(page.end(await page.run("l0", ["bad", null]))).toMatchObject({
      error: { code: "STATE_NOT_SERIALIZABLE", message: expect.stringContaining("run") },
    });
    await page.run("l0", ["good", null]);
    await page.run("l1", ["", null]);
    expect(page.payload("b1")).toBe("true");
    expect(() => new State(() => () => 1).initialEncoded()).toThrow(
      expect.objectContaining({ code: "STATE_NOT_SERIALIZABLE" }),
    );
  });

  test("is dropped 60 minutes after the session closed, and onDelete hears of it; nothing is left", async () => {
    const deleted: unknown[] = [];
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State<string[]>([], { onDelete: (value) => void deleted.push(value) });
      field.submit((text: string) => [text, [text]], field, [field, state]);
    });
    const page = await open.page();
    await page.run("l0", ["kept"]);
    page.connection.closed();
    await open.clock.advance(59 * 60_000);
    expect(deleted).toEqual([]);
    await open.clock.advance(2 * 60_000);
    expect(deleted).toEqual([["kept"]]);
    expect([open.host.sessionCount, open.host.options.engine.sessions.size]).toEqual([0, 0]);
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
    const thief = await open.page();
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
    await page.say({ type: "hello", version: 99 });
    page.connection.receive("no json");
    await settle();
    expect(page.messages("refused").map(({ error }) => error.code)).toEqual([
      "PROTOCOL_ORDER",
      "PROTOCOL_VERSION",
      "PROTOCOL_FRAME",
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
