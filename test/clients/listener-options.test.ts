import { Client as GradioClient } from "@gradio/client";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Blocks, Button, Interface, Slider, Textbox } from "vitrine";
import { connect } from "vitrine/client";
import { expect, test } from "vitest";
import { BarePage } from "../lib/bare-page.ts";
import { serve } from "../lib/serve.ts";

function hiddenApp(): Blocks {
  return new Blocks(() => {
    const box = new Textbox({ label: "Text" });
    const go = new Button();
    const say = (word: string) => (text: string) => `${word} ${text}`;
    go.click(say("public"), box, box, { apiName: "open", apiDescription: "Says it openly." });
    go.click(say("known"), box, box, { apiName: "quiet-one", apiVisibility: "undocumented" });
    go.click(say("secret"), box, box, { apiName: "hidden-one", apiVisibility: "private" });
    go.click(say("none"), box, box, { apiName: false });
  });
}

async function openMcp(url: string): Promise<McpClient> {
  const client = new McpClient({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL("mcp", url)));
  return client;
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

test("a public endpoint is listed everywhere, with its description", async () => {
  await using served = await serve(hiddenApp(), { mcp: true });
  const { url } = served;
  const listings = {
    api: await (await fetch(`${url}api.json`)).json(),
    openApi: await (await fetch(`${url}openapi.json`)).json(),
    tools: (await (await openMcp(url)).listTools()).tools,
  };
  for (const listing of Object.values(listings)) {
    const text = JSON.stringify(listing);
    expect(text).toContain("Says it openly.");
    expect(text).not.toMatch(/quiet-one|hidden-one/);
  }
  const info = JSON.stringify(await (await fetch(`${url}gradio_api/info`)).json());
  expect(info).toContain('"/open"');
  expect(info).not.toMatch(/quiet-one|hidden-one/);
});

test("an undocumented endpoint answers whoever knows its name, a private one nobody but the page", async () => {
  await using served = await serve(hiddenApp(), { mcp: true });
  const { url } = served;
  await using app = await connect(url);
  expect(await app.predict("quiet-one", "x")).toBe("known x");
  expect(await (await post(`${url}api/quiet-one`, { text: "x" })).json()).toEqual({
    data: { text: "known x" },
  });
  await expect(app.predict("hidden-one", "x")).rejects.toMatchObject({ code: "UNKNOWN_ENDPOINT" });
  const [hidden, missing] = await Promise.all(
    ["hidden-one", "nothing"].map(async (name) => {
      const rest = await post(`${url}api/${name}`, { text: "x" });
      const call = await post(`${url}gradio_api/call/${name}`, { data: ["x"] });
      const tool = await (await openMcp(url)).callTool({ name, arguments: {} }).catch(String);
      const answers = [rest.status, await rest.text(), call.status, await call.text(), JSON.stringify(tool)];
      return JSON.stringify(answers).replaceAll(name, "NAME");
    }),
  );
  expect(hidden).toBe(missing);
  expect(hidden).not.toContain("secret x");
  const gradio = await GradioClient.connect(url);
  await expect(gradio.predict("/hidden-one", ["x"])).rejects.toThrow();
  gradio.close();
  // The page itself runs it.
  const page = await BarePage.open(url);
  expect(await page.run("l2", ["x"])).toEqual({ stage: "complete" });
  expect([...page.payloads.values()]).toContain("secret x");
  await page.close();
});

test("the frame with which programs call by name reaches no private endpoint either", async () => {
  await using served = await serve(hiddenApp());
  const page = await BarePage.open(served.url);
  for (const endpoint of ["hidden-one", "none", "__proto__"])
    page.send({ type: "call", jobId: `job-${endpoint}-0001`, endpoint, parameters: { text: "x" } });
  await page.until(() => page.messages("refused").length === 3);
  expect(page.messages("refused").map(({ error }) => error.code)).toEqual(
    Array.from({ length: 3 }, () => "UNKNOWN_ENDPOINT"),
  );
  await page.close();
});

test("queue: false: calls never wait for one another, where others wait for a place", async () => {
  let running = 0;
  let release = (): void => undefined;
  const all = new Promise<void>((resolve) => (release = resolve));
  const demo = new Interface(
    async (n: number) => {
      if (++running === 25) release();
      await all;
      return n;
    },
    new Slider({ maximum: 100 }),
    "number",
    { apiName: "meet", queue: false },
  );
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const stages = new Set<string>();
  const calls = Array.from({ length: 25 }, (_, index) =>
    app.call.meet({ n: index }, { onStatus: (status) => stages.add(JSON.stringify(status)) }),
  );
  expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index));
  expect([...stages].filter((stage) => /"position":[1-9]/.test(stage))).toEqual([]);
});

test("with the queue, the same calls are told their places in the line", async () => {
  const demo = new Interface(
    async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return n;
    },
    new Slider({ maximum: 100 }),
    "number",
    { apiName: "meet", concurrencyLimit: 1 },
  );
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const positions: number[] = [];
  const calls = Array.from({ length: 5 }, (_, index) =>
    app.call.meet(
      { n: index },
      { onStatus: (status) => status.stage === "queued" && positions.push(status.position) },
    ),
  );
  expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4]);
  expect(Math.max(...positions)).toBeGreaterThanOrEqual(3);
});

test("apiName and parameterNames are what every client calls by", async () => {
  const demo = new Interface((...all: unknown[]) => all.slice(0, 2).join(" "), ["text", "text"], "text", {
    apiName: "join-words",
    parameterNames: ["first", "second"],
  });
  await using served = await serve(demo, { mcp: true });
  const { url } = served;
  const given = { first: "a", second: "b" };
  await using app = await connect<typeof demo>(url);
  expect(await app.call["join-words"](given)).toBe("a b");
  expect(await (await post(`${url}api/join-words`, given)).json()).toMatchObject({ data: { output: "a b" } });
  const gradio = await GradioClient.connect(url);
  expect((await gradio.predict("/join-words", given)).data).toEqual(["a b"]);
  gradio.close();
  const tool = await (await openMcp(url)).callTool({ name: "join-words", arguments: given });
  expect(tool.structuredContent).toEqual({ output: "a b" });
});
