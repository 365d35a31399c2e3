import { createHash } from "node:crypto";
import { Client as GradioClient } from "@gradio/client";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { unzipSync } from "fflate";
import sharp from "sharp";
import type { Blocks } from "vitrine";
import { connect } from "vitrine/client";
import { describe, expect, test } from "vitest";
import { sections } from "../../demos/gallery/demos.ts";
import { serve } from "../lib/serve.ts";

/** Stands for a picture in parameters; each client sends it in its own way. */
const picture = Symbol("picture");
const pictureBytes = await sharp({
  create: { width: 8, height: 6, channels: 3, background: { r: 30, g: 200, b: 60 } },
})
  .png()
  .toBuffer();

type Values = Readonly<Record<string, unknown>>;

/** Calls of one session of one client, in order. */
interface Case {
  readonly calls: readonly (readonly [endpoint: string, parameters: Values])[];
  /** What the last call gives: its values in order, files by their content. */
  readonly result: unknown;
}

const cases: Readonly<Record<string, Case>> = {
  "hello-world": { calls: [["greet", { name: "Ann", intensity: 3 }]], result: ["Hello, Ann!!!"] },
  "hello-blocks": { calls: [["greet", { who: "Ann" }]], result: ["Hello, Ann!"] },
  calculator: { calls: [["call", { first: 6, op: "divide", second: 4 }]], result: [1.5] },
  "sentence-builder": {
    calls: [["call", { animal: "dog", countries: ["USA", "Japan"], activities: ["ran"], morning: true }]],
    result: [expect.stringContaining("4 dogs from USA and Japan went happily to the park, where they ran")],
  },
  "calculator-live": { calls: [["call", {}]], result: [42] },
  "count-generator": { calls: [["call", { to: 4, seconds: 0.05 }]], result: [4] },
  "chat-echo": {
    calls: [
      ["echo", { message: "Hi" }],
      ["echo", { message: "Ho" }],
    ],
    result: expect.anything(),
  },
  // Global state: what all have said. The best three are full before anybody is asked.
  "score-tracker": {
    calls: [9, 9, 9, 1].map((score) => ["predict", { score }] as const),
    result: [[9, 9, 9]],
  },
  "interface-state": {
    calls: [
      ["remember", { message: "one" }],
      ["remember", { message: "two" }],
    ],
    result: [{ "Current messages": "two", "Previous messages": ["one"] }],
  },
  "two-states": {
    calls: [
      ["call", { name: "apple" }],
      ["call", { name: "pear" }],
      ["call_3", {}],
    ],
    result: [["apple", "pear"], "changed 1 times"],
  },
  "sepia-filter": { calls: [["call", { picture }]], result: [expect.stringMatching(/^file /)] },
  "image-labels": { calls: [["nameColours", { picture }]], result: expect.anything() },
  files: { calls: [["call", { files: [picture] }]], result: [expect.stringMatching(/^file /)] },
  // Of the studio what needs no model.
  diffusion: { calls: [["png-info", { bytes: picture }]], result: expect.anything() },
};

const demos = sections.flatMap((section) => section.demos);

test("every demo of the gallery is in this table", () => {
  expect(demos.map(({ name }) => name).toSorted()).toEqual(Object.keys(cases).toSorted());
});

describe.each(demos)("$name", ({ name, app }) => {
  test("the page's socket, Gradio's routes, MCP and plain HTTP give equal results", async () => {
    const given = cases[name] ?? expect.fail(`no case for ${name}`);
    const results = await resultsOf(app, given);
    expect(results.socket).toEqual(given.result);
    for (const [client, result] of Object.entries(results))
      expect([client, result]).toEqual([client, results.socket]);
  });
});

async function resultsOf(app: Blocks, { calls }: Case) {
  await using served = await serve(app, { mcp: true });
  const { url } = served;
  return {
    socket: await throughSocket(url, calls),
    gradio: await throughGradio(url, calls),
    mcp: await throughMcp(url, calls),
    rest: await throughHttp(url, calls),
  };
}

async function throughSocket(url: string, calls: Case["calls"]): Promise<unknown> {
  await using app = await connect(url);
  let result: unknown;
  for (const [endpoint, parameters] of calls) {
    const { returns } = app.endpoints.find((one) => one.name === endpoint) ?? expect.fail(endpoint);
    const file = new File([new Uint8Array(pictureBytes)], "picture.png", { type: "image/png" });
    result = await app.submit(endpoint, withPictures(parameters, file)).result;
    if (returns.length === 1) result = [result];
  }
  return byContent(result, url);
}

async function throughGradio(url: string, calls: Case["calls"]): Promise<unknown> {
  const app = await GradioClient.connect(url);
  let values: readonly unknown[] = [];
  for (const [endpoint, parameters] of calls) {
    const file = new File([new Uint8Array(pictureBytes)], "picture.png", { type: "image/png" });
    values = [];
    for await (const message of app.submit(`/${endpoint}`, withPictures(parameters, file))) {
      const data = message.type === "data" && Array.isArray(message.data) ? message.data : [];
      // Gradio's word for an output that was left as it is.
      values = data.map((value: unknown, index: number) => (isEmptyUpdate(value) ? values[index] : value));
    }
  }
  app.close();
  return byContent(values.map(inOurWords), url);
}

function isEmptyUpdate(value: unknown): boolean {
  return JSON.stringify(value) === '{"__type__":"update"}';
}

/** Gradio writes messages of a chat as lists of parts, and what they have not as null. */
function inOurWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOurWords);
  if (typeof value !== "object" || value === null || !("role" in value && "content" in value)) return value;
  const { role, content } = value;
  return { role, content: Array.isArray(content) ? (content[0] as { text: string }).text : content };
}

async function throughMcp(url: string, calls: Case["calls"]): Promise<unknown> {
  const client = new McpClient({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL("mcp", url)));
  let result: Awaited<ReturnType<typeof client.callTool>> | undefined;
  for (const [endpoint, parameters] of calls) {
    result = await client.callTool({ name: endpoint, arguments: withPictures(parameters, namedPicture) });
    expect(result.isError ?? false, JSON.stringify(result.content)).toBe(false);
  }
  await client.close();
  return byContent(Object.values(result?.structuredContent ?? {}), url);
}

const namedPicture = {
  url: `data:image/png;base64,${pictureBytes.toString("base64")}`,
  name: "picture.png",
};

async function throughHttp(url: string, calls: Case["calls"]): Promise<unknown> {
  const session = `session-${crypto.randomUUID()}`;
  let data: unknown;
  for (const [endpoint, parameters] of calls) {
    const answer = await fetch(`${url}api/${endpoint}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-session": session },
      body: JSON.stringify(withPictures(parameters, namedPicture)),
    });
    ({ data } = (await answer.json()) as { data: unknown });
  }
  return byContent(Object.values((data ?? {}) as object), url);
}

function withPictures(value: Values, sent: unknown): Values {
  const replace = (item: unknown): unknown =>
    item === picture ? sent : Array.isArray(item) ? item.map(replace) : item;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item)]));
}

/** A result in which every file, however the client names it, is its content. */
async function byContent(value: unknown, url: string): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = await Promise.all(value.map((item: unknown) => byContent(item, url)));
    // One File is a list of one to us, and the one to Gradio.
    return items.map((item) =>
      Array.isArray(item) && item.length === 1 && isFile(item[0]) ? item[0] : item,
    );
  }
  if ("url" in value && typeof value.url === "string" && ("sizeBytes" in value || "path" in value)) {
    const bytes = Buffer.from(await (await fetch(new URL(value.url, url))).arrayBuffer());
    return `file ${digest(bytes)}`;
  }
  const entries = Object.entries(value).map(
    async ([name, item]) => [name, await byContent(item, url)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function isFile(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("file ");
}

/** Of an archive what is in it: when it was packed makes no difference. */
function digest(bytes: Buffer): string {
  const hash = createHash("sha256");
  if (bytes.subarray(0, 2).toString() !== "PK") return hash.update(bytes).digest("hex");
  for (const [name, content] of Object.entries(unzipSync(bytes))) hash.update(name).update(content);
  return hash.digest("hex");
}
