import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { App } from "@vitrine/core";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import sharp from "sharp";
import type { Blocks } from "vitrine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type ServedApp } from "../lib/serve.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const documented = "http://127.0.0.1:7860";

interface Block {
  readonly language: string;
  readonly code: string;
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** The app a block of a document exports. It lies in the repository, so that it finds the packages it imports. */
async function appOf(code: string, name: string): Promise<Blocks> {
  const path = join(root, "test", `.${name}.ts`);
  await writeFile(path, code);
  try {
    const { default: app } = (await import(path)) as { default: unknown };
    if (!(app instanceof App)) throw new Error("The block exports no app.");
    return app as Blocks;
  } finally {
    await rm(path);
  }
}

const rest = blocksOf(await readFile(join(root, "docs/rest.md"), "utf8"));
const commands = rest.flatMap(({ language, code }, index) =>
  language === "sh" ? [{ command: code.trim(), answer: rest[index + 1] }] : [],
);
let folder: string;
let served: ServedApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vitrine-docs-"));
  const photo = sharp({ create: { width: 8, height: 8, channels: 3, background: "orange" } });
  await photo.png().toFile(join(folder, "photo.png"));
  served = await serve(await appOf(rest.find(({ language }) => language === "ts")?.code ?? "", "docs-rest"));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test.each(commands)("docs/rest.md: $command", async ({ command, answer }) => {
  const here = command.replaceAll(documented, served.url.replace(/\/$/, ""));
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", here], { cwd: folder });
  if (answer?.language === "text") expect(stdout.trim()).toBe(answer.code.trim());
  else if (answer?.language === "json")
    expect(masked(JSON.parse(stdout), JSON.parse(answer.code))).toEqual(JSON.parse(answer.code));
  else expect(JSON.parse(stdout)).toMatchObject({ openapi: "3.1.0" });
});

test("docs/mcp.md: what its apps declare is found by a client", async () => {
  const [letters, notes] = blocksOf(await readFile(join(root, "docs/mcp.md"), "utf8")).filter(
    ({ language }) => language === "ts",
  );
  await using first = await serve(await appOf(letters?.code ?? "", "docs-letters"), { mcp: true });
  const client = await connect(first.url);
  const counted = await client.callTool({ name: "count_letters", arguments: { text: "vitrine" } });
  expect(counted.structuredContent).toEqual({ letters: "7" });
  await client.close();
  await using second = await serve(await appOf(notes?.code ?? "", "docs-notes"), { mcp: true });
  const other = await connect(second.url);
  const product = await other.callTool({ name: "multiply", arguments: { a: 6, b: 7 } });
  expect(product.structuredContent).toEqual({ product: 42 });
  expect((await other.readResource({ uri: "notes://monday" })).contents).toMatchObject([
    { text: "Buy bread." },
  ]);
  expect((await other.getPrompt({ name: "tidy", arguments: { day: "monday" } })).messages).toEqual([
    { role: "user", content: { type: "text", text: "Rewrite the notes of monday, friendly in tone." } },
  ]);
  await other.close();
});

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}mcp`)));
  return client;
}

/** What a document leaves open as `…` is left open in an answer too, if there is something at all. */
function masked(value: unknown, pattern: unknown): unknown {
  if (pattern === "…") return value === undefined || value === "" ? value : "…";
  if (typeof value !== "object" || value === null || typeof pattern !== "object" || pattern === null)
    return value;
  const parts = pattern as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, masked(part, parts[name])]));
}
