import { expect, test } from "vitest";
import { State } from "../app/state.ts";
import { openHost, oneListener, TextField, type OpenHost } from "../testing/open-host.ts";
import { settle } from "../testing/manual-clock.ts";
import { toListenerId } from "../ids.ts";
import type { Json } from "../json.ts";
import type { ApiEvent, ApiSession } from "./api-session.ts";

const request = { headers: {}, query: {}, clientAddress: "127.0.0.1" };
const first = toListenerId("l0");

function open(opened: OpenHost, name = "one"): Promise<ApiSession> {
  return opened.host.apiSessions.open("test", name, request);
}

/** Calls the first listener and waits for its end. */
async function call(session: ApiSession, payloads: readonly Json[]) {
  const events: ApiEvent[] = [];
  const end = await session.call({ listenerId: first, payloads, onEvent: (event) => events.push(event) })
    .ended;
  return { events, ...end };
}

test("a call ends with the function's result", async () => {
  await using opened = await oneListener((text) => text.toUpperCase());
  const { status, outputs } = await call(await open(opened), ["a"]);
  expect(status).toEqual({ stage: "complete" });
  expect(outputs).toEqual([{ payload: "A" }]);
});

test("every value of a generator arrives, also those that change nothing and those that come at once", async () => {
  await using opened = await oneListener(function* () {
    for (let n = 0; n < 500; n++) yield String(n >> 1);
  });
  const { events } = await call(await open(opened), [""]);
  const results = events.flatMap((event) => (event.type === "result" ? [event.outputs[0]?.payload] : []));
  expect(results).toEqual(Array.from({ length: 500 }, (_, n) => String(n >> 1)));
});

test("what the function throws is the call's end, and what it says meanwhile is told of its call", async () => {
  await using opened = await oneListener((_text, context) => {
    context.log.info("beginning", { title: "T" });
    context.progress(0.5, { description: "half" });
    throw new Error("secret");
  });
  const { events, status } = await call(await open(opened), ["a"]);
  expect(status).toMatchObject({ stage: "failed", error: { code: "FUNCTION_FAILED" } });
  expect(JSON.stringify(events)).not.toContain("secret");
  expect(events).toContainEqual({
    type: "toast",
    toast: { level: "info", message: "beginning", title: "T", durationMs: undefined },
  });
});

test("a payload the component refuses ends the call, and so does a wrong number of them", async () => {
  await using opened = await oneListener((text) => text);
  const session = await open(opened);
  expect((await call(session, ["refused"])).status).toMatchObject({ error: { code: "VALUE_OUT_OF_RANGE" } });
  expect((await call(session, [])).status).toMatchObject({ error: { code: "WRONG_INPUT_COUNT" } });
  const unknown = await session.call({ listenerId: toListenerId("l9"), payloads: [] }).ended;
  expect(unknown.status).toMatchObject({ error: { code: "UNKNOWN_LISTENER" } });
});

test("calls of one session run side by side, and each gets its own answer", async () => {
  await using opened = await oneListener(async (text) => `<${text}>`);
  const session = await open(opened);
  const ends = await Promise.all(Array.from({ length: 200 }, (_, n) => call(session, [String(n)])));
  expect(ends.map(({ outputs }) => outputs[0]?.payload)).toEqual(ends.map((_, n) => `<${n}>`));
});

test("State belongs to the name and the kind of client", async () => {
  await using opened = await openHost(() => {
    const field = new TextField();
    const count = new State(0);
    const output = new TextField();
    field.submit((_text, n) => [String(n + 1), n + 1], [field, count], [output, count]);
  });
  const payload = async (session: ApiSession) => (await call(session, ["", null])).outputs[0]?.payload;
  expect(await payload(await open(opened))).toBe("1");
  expect(await payload(await open(opened))).toBe("2");
  expect(await payload(await open(opened, "two"))).toBe("1");
  expect(await payload(await opened.host.apiSessions.open("other", "one", request))).toBe("1");
  const identified = { ...request, identity: "ann" };
  expect(await payload(await opened.host.apiSessions.open("test", "one", identified))).toBe("1");
});

test("cancel ends only the call it is asked of", async () => {
  await using opened = await oneListener(
    (text, { signal }) =>
      new Promise<string>((resolve) => {
        if (text === "quick") resolve("done");
        signal.addEventListener("abort", () => resolve("late"));
      }),
  );
  const session = await open(opened);
  const slow = session.call({ listenerId: first, payloads: ["slow"] });
  const other = session.call({ listenerId: first, payloads: ["slow"] });
  await settle();
  await slow.cancel();
  expect((await slow.ended).status).toEqual({ stage: "cancelled" });
  expect((await call(session, ["quick"])).status).toEqual({ stage: "complete" });
  await other.cancel();
  expect((await other.ended).status).toEqual({ stage: "cancelled" });
});

test("a session that is ended leaves nothing, and its name begins anew", async () => {
  await using opened = await oneListener((text) => text);
  const session = await open(opened);
  await call(session, ["a"]);
  await session.end();
  expect(opened.host.census()).toMatchObject({ sessions: 0, stored: 0, logs: 0, jobs: 0, leaveTimers: 0 });
  const next = await open(opened);
  expect(next).not.toBe(session);
  expect((await call(next, ["b"])).outputs[0]?.payload).toBe("b");
});

test("a session nobody uses any more goes with its time, and its name begins anew", async () => {
  await using opened = await oneListener((text) => text);
  const session = await open(opened);
  await call(session, ["a"]);
  expect(opened.host.sessionCount).toBe(1);
  await opened.clock.advance(61 * 60 * 1000);
  await settle();
  expect(opened.host.census()).toMatchObject({ sessions: 0, stored: 0, logs: 0, jobs: 0, leaveTimers: 0 });
  expect(await open(opened)).not.toBe(session);
});
