import { randomBytes } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { Button, File, Image, Number, Slider, Textbox } from "@vitrine/components";
import { App, State, UserError } from "@vitrine/core";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createApp } from "../create-app.ts";
import { openSite, type OpenSite } from "../testing/open-site.ts";

const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: "red" } })
  .png()
  .toBuffer();
const pictureUrl = `data:image/png;base64,${picture.toString("base64")}`;

let started = (): void => undefined;
let aborted = (): void => undefined;

function workshop(): App {
  const app: App = new App({ title: "Workshop" }, () => {
    const name = new Textbox({ label: "Your name", info: "As friends call you." });
    const times = new Slider({ label: "times", minimum: 1, maximum: 5, value: 2 });
    const greeting = new Textbox({ label: "greeting" });
    const go = new Button();
    go.click(
      async (who: string, n: number) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        return `Hello ${who}!`.repeat(n);
      },
      [name, times],
      greeting,
      { apiName: "greet", apiDescription: "Greets somebody.", concurrencyLimit: null },
    );
    const count = new Number({ label: "count" });
    const sum = new State(0);
    go.click(
      (n: number, before: number): [number, number] => [n + before, n + before],
      [new Number({ label: "n" }), sum],
      [count, sum],
      { apiName: "add" },
    );
    const photo = new Image({ label: "photo" });
    go.click((bytes) => sharp(bytes).resize(2).png().toBuffer(), photo, photo, { apiName: "halve" });
    go.click(
      () => {
        const [width, height] = [1400, 1400];
        return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
          .png()
          .toBuffer();
      },
      [],
      photo,
      { apiName: "noise" },
    );
    go.click(() => ({ name: "a.txt", bytes: Buffer.from("text") }), [], new File({ label: "paper" }), {
      apiName: "paper",
    });
    go.click(
      async function* (to: number) {
        for (let n = 1; n <= to; n++) {
          yield n;
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
      },
      new Number({ label: "to" }),
      count,
      { apiName: "count" },
    );
    go.click(
      async (text: string, { progress, log }) => {
        log.warning("careful", { title: "Look out" });
        for (let n = 1; n <= 3; n++) {
          progress.steps(n, 3, { description: `step ${n}` });
          await new Promise((resolve) => setTimeout(resolve, 80));
        }
        if (text === "user") throw new UserError("Not like that.");
        if (text === "secret") throw new Error("/etc/secret");
        return text;
      },
      name,
      greeting,
      { apiName: "work" },
    );
    go.click(
      (_text: string, { signal }) =>
        new Promise<string>((resolve) => {
          started();
          signal.addEventListener("abort", () => {
            aborted();
            resolve("late");
          });
        }),
      name,
      greeting,
      { apiName: "wait" },
    );
    go.click((text: string) => text, name, greeting, { apiName: "hidden", apiVisibility: "private" });
    go.click((text: string) => text, name, greeting, { apiName: "quiet", apiVisibility: "undocumented" });
  });
  app.api(
    (a, b) => a * b,
    [new Number({ label: "a" }), new Number({ label: "b" })],
    new Number({ label: "product" }),
    {
      apiName: "multiply",
    },
  );
  app.resource("notes://today", () => "Buy bread.", { name: "Today", mimeType: "text/markdown" });
  app.resource("notes://{day}/{n}", ({ day, n }) => {
    if (day === "never") throw new UserError("No such day.");
    if (day === "secret") throw new Error("/etc/secret");
    return day === "bytes" ? new Uint8Array([1, 2]) : `${day}, note ${n}`;
  });
  app.prompt("translate", ({ text, to = "English" }) => `Into ${to}: ${text}`, {
    description: "Translates.",
    arguments: { text: "What to translate.", to: { required: false } },
  });
  return app;
}

interface Connected extends AsyncDisposable {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
}

async function connect(site: OpenSite): Promise<Connected> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${site.url}/mcp`));
  await client.connect(transport);
  return {
    client,
    transport,
    async [Symbol.asyncDispose]() {
      await transport.terminateSession().catch(() => undefined);
      await client.close();
    },
  };
}

const openWorkshop = () => openSite(workshop(), { mcp: true });

test("tools are the public endpoints, also those without a page, with types, defaults and descriptions", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const { tools } = await connected.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    "greet",
    "add",
    "halve",
    "noise",
    "paper",
    "count",
    "work",
    "wait",
    "multiply",
  ]);
  expect(tools[0]).toMatchObject({
    description: "Greets somebody.",
    inputSchema: {
      type: "object",
      properties: {
        who: { type: "string", title: "Your name", description: "As friends call you." },
        n: { type: "number", minimum: 1, maximum: 5, default: 2 },
      },
      required: ["who"],
    },
    outputSchema: { properties: { greeting: { type: "string" } }, required: ["greeting"] },
  });
  expect(tools[1]?.description).toBe('"add" of Workshop. Takes n. Gives count.');
  expect(connected.client.getServerVersion()?.name).toBe("Workshop");
});

test("a call answers text to read and data, with defaults filled in", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  await connected.client.listTools();
  expect(await connected.client.callTool({ name: "greet", arguments: { who: "Ada" } })).toEqual({
    content: [{ type: "text", text: "Hello Ada!Hello Ada!" }],
    structuredContent: { greeting: "Hello Ada!Hello Ada!" },
  });
  expect(await connected.client.callTool({ name: "multiply", arguments: { a: 6, b: 7 } })).toMatchObject({
    structuredContent: { product: 42 },
  });
});

test("a picture goes in by its address and comes out to look at, and by its address", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  await connected.client.listTools();
  const result = await connected.client.callTool({ name: "halve", arguments: { bytes: pictureUrl } });
  const [, shown, link] = result.content as { data: string; mimeType: string; uri: string; type: string }[];
  expect(shown).toMatchObject({ type: "image", mimeType: "image/png" });
  expect((await sharp(Buffer.from(shown?.data ?? "", "base64")).metadata()).width).toBe(2);
  expect(link?.type).toBe("resource_link");
  const fetched = Buffer.from(await (await fetch(link?.uri ?? "")).arrayBuffer());
  expect(fetched.toString("base64")).toBe(shown?.data);
  const again = await connected.client.callTool({ name: "halve", arguments: { bytes: link?.uri } });
  expect(again.isError).toBeUndefined();
});

test("a file that is no picture comes by its address", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const { content } = await connected.client.callTool({ name: "paper", arguments: {} });
  const [, link] = content as { uri: string }[];
  expect(link).toMatchObject({ type: "resource_link", name: "a.txt", mimeType: "text/plain", size: 4 });
  expect(await (await fetch(link?.uri ?? "")).text()).toBe("text");
});

test.each([
  ["work", { text: "user" }, "Not like that."],
  ["greet", { who: "x", n: 9 }, "VALUE_OUT_OF_RANGE"],
  ["greet", {}, "PARAMETER_MISSING"],
  ["greet", { who: "x", other: 1 }, "PARAMETER_UNKNOWN"],
  ["greet", { who: 7 }, "PAYLOAD_INVALID"],
  ["halve", { bytes: "http://169.254.169.254/latest/" }, "FILE_FETCH_REFUSED"],
  ["halve", { bytes: "http://[::ffff:7f00:1]:8080/" }, "FILE_FETCH_REFUSED"],
  ["halve", { bytes: "/etc/passwd" }, "FILE_FETCH_REFUSED"],
  ["halve", { bytes: { path: "/etc/passwd" } }, "PAYLOAD_INVALID"],
])("%s with %j is an error a model can read", async (name, parameters, text) => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const result = await connected.client.callTool({ name, arguments: { ...parameters } });
  expect(result).toMatchObject({
    isError: true,
    content: [{ type: "text", text: expect.stringContaining(text) }],
  });
});

test("what a function throws stays in the server", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const result = await connected.client.callTool({ name: "work", arguments: { text: "secret" } });
  expect(result.isError).toBe(true);
  expect(JSON.stringify(result)).not.toContain("/etc/secret");
});

test.each(["nothing", "hidden", "quiet", "__proto__", "x".repeat(1000)])(
  "there is no tool %s, private endpoints among them",
  async (name) => {
    await using site = await openWorkshop();
    await using connected = await connect(site);
    await expect(connected.client.callTool({ name, arguments: {} })).rejects.toMatchObject({ code: -32602 });
  },
);

test("progress is told to who asks, and only ever grows; so are the values of a generator", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  for (const [name, parameters, text] of [
    ["work", { text: "fine" }, "step 3"],
    ["count", { to: 4 }, '{"count":3}'],
  ] as const) {
    const told: { progress: number; message?: string | undefined }[] = [];
    await connected.client.callTool({ name, arguments: parameters }, undefined, {
      onprogress: (progress) => void told.push(progress),
    });
    const numbers = told.map(({ progress }) => progress);
    expect(numbers.length).toBeGreaterThan(1);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(told.map(({ message }) => message).join()).toContain(text);
  }
});

test("what a function says to its visitor is a message for the host", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const messages: unknown[] = [];
  connected.client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void messages.push(params),
  );
  await connected.client.callTool({ name: "work", arguments: { text: "fine" } });
  expect(messages).toEqual([{ level: "warning", logger: "Look out", data: "careful" }]);
});

test("a call that is cancelled ends its job", async () => {
  const isStarted = new Promise<void>((resolve) => (started = resolve));
  const isAborted = new Promise<void>((resolve) => (aborted = resolve));
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const controller = new AbortController();
  const call = connected.client.callTool({ name: "wait", arguments: { _text: "x" } }, undefined, {
    signal: controller.signal,
  });
  call.catch(() => undefined);
  await isStarted;
  controller.abort("enough");
  await expect(call).rejects.toThrow();
  await isAborted;
});

test("two clients at once never get each other's answers, and each has State of its own", async () => {
  await using site = await openWorkshop();
  await using ada = await connect(site);
  await using eve = await connect(site);
  const greet = async ({ client }: Connected, who: string) => {
    const { structuredContent } = await client.callTool({ name: "greet", arguments: { who, n: 1 } });
    return structuredContent;
  };
  const names = Array.from({ length: 60 }, (_, n) => String(n));
  const calls = names.flatMap((n) => [greet(ada, `ada-${n}`), greet(eve, `eve-${n}`)]);
  expect(await Promise.all(calls)).toEqual(
    names.flatMap((n) => [{ greeting: `Hello ada-${n}!` }, { greeting: `Hello eve-${n}!` }]),
  );
  const add = async ({ client }: Connected, n: number) =>
    (await client.callTool({ name: "add", arguments: { n } })).structuredContent;
  expect(await add(ada, 1)).toEqual({ count: 1 });
  expect(await add(eve, 10)).toEqual({ count: 10 });
  expect(await add(ada, 2)).toEqual({ count: 3 });
});

test("what one client was told of opens nothing for another", async () => {
  await using site = await openWorkshop();
  await using ada = await connect(site);
  await ada.client.callTool({ name: "add", arguments: { n: 5 } });
  const guessed = await rpc(site, { method: "tools/list" }, { "mcp-session-id": "guessed" });
  expect(guessed.status).toBe(404);
  const alone = await rpc(site, { method: "tools/call", params: { name: "add", arguments: { n: 1 } } });
  expect(alone.body).toMatchObject({ result: { structuredContent: { count: 1 } } });
});

test("requests and clients that leave nothing take nobody's place", async () => {
  const app = createApp(workshop(), { mcp: true, sessionCapacity: 2 });
  const stored = async () => (await app.host).census().stored;
  for (let n = 0; n < 10; n++) {
    const response = await app.request("/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "greet", arguments: { who: "x", n: 1 } },
      }),
    });
    expect(await response.json()).toMatchObject({ result: { structuredContent: { greeting: "Hello x!" } } });
  }
  await expect.poll(stored).toBe(0);
  await app.close();
});

test("a picture above 4 MB comes by its address alone", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const { content } = await connected.client.callTool({ name: "noise", arguments: {} });
  expect(content).toMatchObject([{ type: "text" }, { type: "resource_link", mimeType: "image/png" }]);
});

test("resources are listed, templates too, and read by their address", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const { client } = connected;
  expect((await client.listResources()).resources).toEqual([
    { uri: "notes://today", name: "Today", mimeType: "text/markdown" },
  ]);
  expect((await client.listResourceTemplates()).resourceTemplates).toEqual([
    { uriTemplate: "notes://{day}/{n}", name: "notes://{day}/{n}" },
  ]);
  expect((await client.readResource({ uri: "notes://today" })).contents).toEqual([
    { uri: "notes://today", mimeType: "text/markdown", text: "Buy bread." },
  ]);
  expect((await client.readResource({ uri: "notes://my%20day/7" })).contents).toMatchObject([
    { text: "my day, note 7" },
  ]);
  expect((await client.readResource({ uri: "notes://bytes/7" })).contents).toEqual([
    { uri: "notes://bytes/7", mimeType: "application/octet-stream", blob: "AQI=" },
  ]);
  await expect(client.readResource({ uri: "file:///etc/passwd" })).rejects.toMatchObject({ code: -32002 });
  await expect(client.readResource({ uri: "notes://never/1" })).rejects.toThrow("No such day.");
  await expect(client.readResource({ uri: "notes://secret/1" })).rejects.not.toThrow("/etc/secret");
});

test("prompts are listed with their arguments and filled in", async () => {
  await using site = await openWorkshop();
  await using connected = await connect(site);
  const { client } = connected;
  expect((await client.listPrompts()).prompts).toEqual([
    {
      name: "translate",
      description: "Translates.",
      arguments: [
        { name: "text", description: "What to translate.", required: true },
        { name: "to", required: false },
      ],
    },
  ]);
  expect((await client.getPrompt({ name: "translate", arguments: { text: "Hallo" } })).messages).toEqual([
    { role: "user", content: { type: "text", text: "Into English: Hallo" } },
  ]);
  await expect(client.getPrompt({ name: "translate" })).rejects.toMatchObject({ code: -32602 });
  await expect(client.getPrompt({ name: "nothing" })).rejects.toMatchObject({ code: -32602 });
});

test("without `mcp` there is nothing at this address", async () => {
  await using site = await openSite(workshop());
  expect((await rpc(site, { method: "tools/list" })).status).toBe(404);
  expect((await fetch(`${site.url}/mcp`)).status).toBe(404);
});

test.each([
  ["no JSON", "{oops", 400, -32700],
  ["no JSON-RPC", '{"hello":1}', 400, -32700],
  ["an unknown method", '{"jsonrpc":"2.0","id":1,"method":"nothing/here"}', 200, -32601],
  ["a call without a name", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}', 200, -32603],
  [
    "arguments that are a list",
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":[]}}',
    200,
    -32603,
  ],
  [
    "a batch without end",
    JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" }))),
    400,
    undefined,
  ],
  [
    "huge arguments",
    JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "greet", arguments: { who: "x".repeat(17 << 20) } },
    }),
    413,
    -32600,
  ],
])("%s is refused, and the server goes on", async (_, body, status, code) => {
  await using site = await openWorkshop();
  const answer = await rpc(site, body);
  expect(answer.status).toBe(status);
  expect(answer.body.error).toBeDefined();
  if (code !== undefined) expect(answer.body.error?.code).toBe(code);
  expect((await rpc(site, { method: "tools/list" })).status).toBe(200);
});

test("pages of other origins are refused, also when they only listen", async () => {
  await using site = await openSite(workshop(), { mcp: true, allowedOrigins: ["https://intranet.example"] });
  const origin = "https://evil.example";
  expect((await rpc(site, { method: "tools/list" }, { origin })).status).toBe(403);
  const listening = await fetch(`${site.url}/mcp`, { headers: { origin, accept: "text/event-stream" } });
  expect(listening.status).toBe(403);
  const friend = await rpc(site, { method: "tools/list" }, { origin: "https://intranet.example" });
  expect(friend.status).toBe(200);
});

test("listening and ending need a session; one that has ended is unknown", async () => {
  await using site = await openWorkshop();
  const accept = { accept: "text/event-stream" };
  expect((await fetch(`${site.url}/mcp`, { headers: accept })).status).toBe(405);
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE" })).status).toBe(405);
  expect((await fetch(`${site.url}/mcp`, { method: "PUT" })).status).toBe(405);
  await using connected = await connect(site);
  const headers = { "mcp-session-id": connected.transport.sessionId ?? "" };
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE", headers })).status).toBe(200);
  expect((await rpc(site, { method: "tools/list" }, headers)).status).toBe(404);
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE", headers })).status).toBe(404);
});

interface Answer {
  readonly status: number;
  readonly body: { readonly result?: object; readonly error?: { readonly code?: number } };
}

/** One request as a program without an MCP client sends it. */
async function rpc(
  site: OpenSite,
  message: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${site.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}
