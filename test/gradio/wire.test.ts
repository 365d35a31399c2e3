import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { serveGradioApp, type ServedGradioApp } from "./lib.ts";

interface Message {
  readonly msg: string;
  readonly event_id: string | null;
  readonly success?: boolean;
  readonly output?: Readonly<Record<string, unknown>>;
}

interface Config {
  readonly version: string;
  readonly protocol: string;
  readonly api_prefix: string;
  readonly root: string;
  readonly components: readonly { readonly id: number; readonly type: string; readonly skip_api: boolean }[];
  readonly dependencies: readonly {
    readonly id: number;
    readonly api_name: string;
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    readonly queue: boolean;
  }[];
}

/** What Python's client knows: any other is a KeyError there. */
const knownMessages = [
  "estimation",
  "process_starts",
  "progress",
  "log",
  "process_generating",
  "process_completed",
  "heartbeat",
  "close_stream",
];

async function configOf(served: ServedGradioApp): Promise<Config> {
  return (await (await fetch(`${served.url}/config`)).json()) as Config;
}

/** Joins, then reads the stream to its end, as a client does that has none open. */
async function readWhole(
  served: ServedGradioApp,
  calls: readonly (readonly [name: string, data: readonly unknown[]])[],
): Promise<{ readonly text: string; readonly events: readonly string[] }> {
  const { dependencies } = await configOf(served);
  const events: string[] = [];
  for (const [name, data] of calls) {
    const fnIndex = dependencies.find((dependency) => dependency.api_name === name)?.id;
    const join = { data, fn_index: fnIndex, session_hash: "strict" };
    const { answer } = await served.post("/gradio_api/queue/join?unknown=1", join);
    events.push((answer as { event_id: string }).event_id);
  }
  const response = await fetch(`${served.url}/gradio_api/queue/data?session_hash=strict`);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(response.headers.get("content-encoding")).toBeNull();
  return { text: await response.text(), events };
}

test("the stream holds nothing but what the strictest client reads, and ends each event once", async () => {
  await using served = await serveGradioApp();
  const calls = [
    ["greet", ["line\nbreaks \u2028 \u0085 \r\n here", 1]],
    ["count", [3]],
    ["fail", ["own"]],
    ["fail", ["other"]],
    ["report", ["x"]],
    ["visit", [null]],
    ["change", []],
    ["echo_image", [{ path: "/etc/passwd" }]],
  ] as const;
  const { text, events } = await readWhole(served, calls);
  const blocks = text.split("\n\n");
  expect(blocks.pop()).toBe("");
  for (const block of blocks) expect(block).toMatch(/^data: \{[^\r\n]*\}$/);
  const messages = blocks.map((block) => JSON.parse(block.slice(6)) as Message);
  expect(messages.at(-1)).toEqual({ msg: "close_stream", event_id: null });
  for (const { msg, event_id: id, success, output } of messages.slice(0, -1)) {
    expect(knownMessages).toContain(msg);
    expect(events).toContain(id);
    if (success === false) {
      expect(msg).toBe("process_completed");
      expect(Object.keys(output ?? {}).toSorted()).toEqual(["duration", "error", "title", "visible"]);
    } else if (output) expect(output).not.toHaveProperty("error");
  }
  for (const [place, id] of events.entries()) {
    const told = messages.filter((message) => message.event_id === id);
    expect(told.filter(({ msg }) => msg === "process_completed")).toHaveLength(1);
    expect(told.at(-1)?.msg).toBe("process_completed");
    const starts = told.findIndex(({ msg }) => msg === "process_starts");
    // What cannot be read never starts.
    expect(starts === -1).toBe(calls[place]?.[0] === "echo_image");
    expect(told.slice(starts + 1).map(({ msg }) => msg)).not.toContain("estimation");
  }
});

test("a call that waits is told its place before it starts", async () => {
  await using served = await serveGradioApp();
  const { text } = await readWhole(served, [
    ["narrow", ["200"]],
    ["narrow", ["1"]],
  ]);
  const messages = text
    .split("\n\n")
    .slice(0, -1)
    .map((block) => JSON.parse(block.slice(6)) as Message & { rank?: number });
  const waiting = messages.filter(({ msg }) => msg === "estimation");
  expect(waiting).toEqual([expect.objectContaining({ rank: 0, queue_size: 1 })]);
});

test("a cancelled event ends well, with nothing where it gave nothing", async () => {
  await using served = await serveGradioApp();
  const { dependencies } = await configOf(served);
  const fnIndex = dependencies.find(({ api_name: name }) => name === "wait")?.id;
  const join = { data: ["60000"], fn_index: fnIndex, session_hash: "strict" };
  const { answer } = await served.post("/gradio_api/queue/join", join);
  const response = await fetch(`${served.url}/gradio_api/queue/data?session_hash=strict`);
  await pause(50);
  await served.post("/gradio_api/cancel", {
    ...(answer as object),
    session_hash: "strict",
    fn_index: fnIndex,
  });
  expect(await response.text()).toMatch(
    /"msg":"process_completed","output":\{"data":\[null\],[^\n]*"success":true[^\n]*\n\ndata: \{"msg":"close_stream","event_id":null\}\n\n$/,
  );
});

test("the config has what both clients need, and numbers nothing that is private", async () => {
  await using served = await serveGradioApp();
  const config = await configOf(served);
  expect(config).toMatchObject({ protocol: "sse_v3", api_prefix: "/gradio_api", root: served.url });
  // A version that Python's packaging library reads, above the one before which its client asks the internet.
  expect(config.version).toMatch(/^6\.\d+\.\d+\+[a-z\d]+(\.[a-z\d]+)*$/);
  const known = new Map(config.components.map((component) => [component.id, component]));
  for (const { id, inputs, outputs, queue } of config.dependencies) {
    expect(Number.isInteger(id)).toBe(true);
    expect(queue).toBe(true);
    for (const block of [...inputs, ...outputs]) expect(known.has(block)).toBe(true);
  }
  const states = config.components.filter(({ type }) => type === "state");
  expect(states).toMatchObject([{ skip_api: true }]);
  const names = config.dependencies.map(({ api_name: name }) => name);
  expect(names).toContain("unlisted");
  expect(names).not.toContain("hidden");
});

test("all endpoints are told to who asks for them, but for private ones", async () => {
  await using served = await serveGradioApp();
  const namesAt = async (query: string): Promise<string[]> => {
    const info = (await (await fetch(`${served.url}/gradio_api/info${query}`)).json()) as {
      named_endpoints: object;
    };
    return Object.keys(info.named_endpoints);
  };
  expect(await namesAt("?serialize=False")).not.toContain("/unlisted");
  expect(await namesAt("/?all_endpoints=true")).toContain("/unlisted");
  expect(await namesAt("?all_endpoints=true")).not.toContain("/hidden");
});

test("the progress of an upload is told to who watches it", async () => {
  await using served = await serveGradioApp();
  const watching = fetch(`${served.url}/gradio_api/upload_progress?upload_id=mine`);
  await pause(50);
  const form = new FormData();
  form.append("files", new File(["x".repeat(3_000_000)], "big.txt"));
  const upload = fetch(`${served.url}/gradio_api/upload?upload_id=mine`, { method: "POST", body: form });
  const text = await (await watching).text();
  const messages = text.split("\n\n").slice(0, -1);
  expect(JSON.parse(messages.at(-1)?.slice(6) ?? "")).toEqual({ msg: "done" });
  expect((await upload).status).toBe(200);
  const none = await fetch(`${served.url}/gradio_api/upload_progress?upload_id=never`);
  expect([none.status, await none.text()]).toEqual([404, "Upload not found"]);
});
