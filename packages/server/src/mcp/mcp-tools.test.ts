import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import sharp from "sharp";
import { expect, test } from "vitest";
import { connectMcp, openMcpWorkshop, waiting } from "../testing/mcp-workshop.ts";

const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: "red" } })
  .png()
  .toBuffer();
const pictureUrl = `data:image/png;base64,${picture.toString("base64")}`;
test("tools are the public endpoints, also those without a page, with types, defaults and descriptions", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const result = await connected.client.callTool({ name, arguments: { ...parameters } });
  expect(result).toMatchObject({
    isError: true,
    content: [{ type: "text", text: expect.stringContaining(text) }],
  });
});

test("what a function throws stays in the server", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const result = await connected.client.callTool({ name: "work", arguments: { text: "secret" } });
  expect(result.isError).toBe(true);
  expect(JSON.stringify(result)).not.toContain("/etc/secret");
});

test.each(["nothing", "hidden", "quiet", "__proto__", "x".repeat(1000)])(
  "there is no tool %s, private endpoints among them",
  async (name) => {
    await using site = await openMcpWorkshop();
    await using connected = await connectMcp(site);
    await expect(connected.client.callTool({ name, arguments: {} })).rejects.toMatchObject({ code: -32602 });
  },
);

test("progress is told to who asks, and only ever grows; so are the values of a generator", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const messages: unknown[] = [];
  connected.client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void messages.push(params),
  );
  await connected.client.callTool({ name: "work", arguments: { text: "fine" } });
  expect(messages).toEqual([{ level: "warning", logger: "Look out", data: "careful" }]);
});

test("a call that is cancelled ends its job", async () => {
  const isStarted = new Promise<void>((resolve) => (waiting.started = resolve));
  const isAborted = new Promise<void>((resolve) => (waiting.aborted = resolve));
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
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

test("a picture above 4 MB comes by its address alone", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const { content } = await connected.client.callTool({ name: "noise", arguments: {} });
  expect(content).toMatchObject([{ type: "text" }, { type: "resource_link", mimeType: "image/png" }]);
});
