import { randomBytes } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Button, File, Image, Number, Slider, Textbox } from "@vitrine/components";
import { App, State, UserError } from "@vitrine/core";
import sharp from "sharp";
import { openSite, type OpenSite } from "./open-site.ts";

/** What tests are told of the function that waits to be cancelled. */
export const waiting = { started: (): void => undefined, aborted: (): void => undefined };

/** An app with a tool for each thing an MCP client may want of one. */
export function mcpWorkshop(): App {
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
          waiting.started();
          signal.addEventListener("abort", () => {
            waiting.aborted();
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

export interface Connected extends AsyncDisposable {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
}

/** The official client, connected. */
export async function connectMcp(site: OpenSite): Promise<Connected> {
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

/** The app on a free port, for MCP clients. */
export function openMcpWorkshop(): Promise<OpenSite> {
  return openSite(mcpWorkshop(), { mcp: true });
}

export interface McpAnswer {
  readonly status: number;
  readonly body: { readonly result?: object; readonly error?: { readonly code?: number } };
}

/** One request as a program without an MCP client sends it. */
export async function rpc(
  site: OpenSite,
  message: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<McpAnswer> {
  const response = await fetch(`${site.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
  return { status: response.status, body: (await response.json()) as McpAnswer["body"] };
}
