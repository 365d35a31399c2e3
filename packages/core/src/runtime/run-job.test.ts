import { describe, expect, test } from "vitest";
import type { Block } from "../component/block.ts";
import { skip, update } from "../component/update.ts";
import { UserError } from "../errors.ts";
import type { JobContext } from "../app/job-context.ts";
import { oneListener, openHost, TextField } from "../testing/open-host.ts";

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
      { type: "toast", level: "warning", message: "Careful", title: "Hm", jobId: "job-1-0000" },
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
      error: { message: "the cause", detail: expect.stringContaining("run-job.test") },
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
      error: { code: "PAYLOAD_INVALID", blockId: "b1", message: '"In" expected text, got an object.' },
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
    [["one"], /1 value for 2 outputs/],
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
