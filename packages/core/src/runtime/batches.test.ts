import { describe, expect, test } from "vitest";
import { compileApp } from "../app/compile-app.ts";
import { App } from "../app/app.ts";
import type { JobContext } from "../app/job-context.ts";
import type { BatchListenerOptions, ListenerOptions } from "../app/listener.ts";
import { toListenerId } from "../ids.ts";
import { settle } from "../testing/manual-clock.ts";
import { openHost, TextField, type OpenHost } from "../testing/open-host.ts";

const request = { headers: {}, query: {}, clientAddress: "127.0.0.1" };
const options: BatchListenerOptions = { batch: true };

function open(
  fn: (texts: readonly string[], context: JobContext) => readonly string[] | Promise<readonly string[]>,
  more: Partial<BatchListenerOptions> = {},
): Promise<OpenHost> {
  return openHost(() => {
    const input = new TextField();
    input.submit(fn, input, new TextField(), { ...options, ...more });
  });
}

/** Calls the listener once for each text, all at the same moment, each from a session of its own. */
async function callAll(opened: OpenHost, texts: readonly string[]) {
  const calls = texts.map(async (text) => {
    const session = await opened.host.apiSessions.open("test", text, request);
    return session.call({ listenerId: toListenerId("l0"), payloads: [text] });
  });
  const started = await Promise.all(calls);
  await settle();
  await opened.clock.advance(1);
  return { started, ends: () => Promise.all(started.map(({ ended }) => ended)) };
}

describe("a listener with batch", () => {
  test("is called once for jobs that came together, and each gets its own answer", async () => {
    const sizes: number[] = [];
    await using opened = await open((texts) => {
      sizes.push(texts.length);
      return texts.map((text) => `<${text}>`);
    });
    const { ends } = await callAll(opened, ["a", "b", "c", "d"]);
    expect((await ends()).map(({ outputs }) => outputs[0]?.payload)).toEqual(["<a>", "<b>", "<c>", "<d>"]);
    expect(sizes).toEqual([4]);
  });

  test("takes no more than maxBatchSize at once, and the rest after them", async () => {
    const sizes: number[] = [];
    await using opened = await open(
      async (texts) => {
        sizes.push(texts.length);
        await Promise.resolve();
        return [...texts];
      },
      { maxBatchSize: 2 },
    );
    const { ends, started } = await callAll(opened, ["a", "b", "c", "d", "e"]);
    for (let n = 0; n < 5; n++) {
      await settle();
      await opened.clock.advance(1);
    }
    expect((await ends()).every(({ status }) => status.stage === "complete")).toBe(true);
    expect(started).toHaveLength(5);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5);
    expect(Math.max(...sizes)).toBe(2);
  });

  test("a job whose input is refused fails alone", async () => {
    await using opened = await open((texts) => texts.map((text) => text.toUpperCase()));
    const { ends } = await callAll(opened, ["a", "refused", "b"]);
    const [first, second, third] = await ends();
    expect([first?.outputs[0]?.payload, third?.outputs[0]?.payload]).toEqual(["A", "B"]);
    expect(second?.status).toMatchObject({ stage: "failed", error: { code: "VALUE_OUT_OF_RANGE" } });
  });

  test("what the function throws fails the whole batch; a wrong number of answers does too", async () => {
    await using throwing = await open(() => {
      throw new Error("no");
    });
    const failed = await (await callAll(throwing, ["a", "b"])).ends();
    expect(failed.map(({ status }) => status.stage)).toEqual(["failed", "failed"]);
    await using short = await open(() => ["only one"]);
    const [end] = await (await callAll(short, ["a", "b"])).ends();
    expect(end?.status).toMatchObject({ error: { code: "WRONG_OUTPUT_COUNT" } });
  });

  test("a cancelled job leaves its batch; the signal aborts when nobody waits any more", async () => {
    const aborted: boolean[] = [];
    await using opened = await open(
      (texts, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.push(true);
            resolve(texts);
          });
        }),
    );
    const { started, ends } = await callAll(opened, ["a", "b"]);
    await started[0]?.cancel();
    expect((await started[0]?.ended)?.status.stage).toBe("cancelled");
    expect(aborted).toEqual([]);
    await started[1]?.cancel();
    expect((await ends()).map(({ status }) => status.stage)).toEqual(["cancelled", "cancelled"]);
    expect(aborted).toEqual([true]);
  });

  test("progress and toasts reach every job of the batch", async () => {
    await using opened = await open((texts, { progress, log }) => {
      progress(0.5);
      log.info("half");
      return texts;
    });
    const told: string[] = [];
    const calls = ["a", "b"].map(async (text) => {
      const session = await opened.host.apiSessions.open("test", text, request);
      return session.call({
        listenerId: toListenerId("l0"),
        payloads: [text],
        onEvent: (event) => {
          if (event.type === "toast") told.push(`${text} ${event.toast.message}`);
          if (event.type === "status" && event.status.stage === "running" && event.status.progress)
            told.push(`${text} ${event.status.progress.fraction}`);
        },
      }).ended;
    });
    await settle();
    await opened.clock.advance(1);
    await Promise.all(calls);
    expect(told.toSorted()).toEqual(["a 0.5", "a half", "b 0.5", "b half"]);
  });
});

test.each<[string, ListenerOptions]>([
  ["a generator", {}],
  ["a resource", { resource: "gpu" }],
  ["no queue", { queue: false }],
  ["a size of 0", { maxBatchSize: 0 } as ListenerOptions],
])("batch with %s is refused when the app is made", (what, more) => {
  const declare = () =>
    compileApp(
      new App(() => {
        const input = new TextField();
        const fn = what === "a generator" ? function* () {} : (texts: readonly string[]) => texts;
        const all = { ...more, batch: true } as unknown as ListenerOptions;
        input.submit(fn as unknown as () => string, input, new TextField(), all);
      }),
    );
  expect(declare).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
