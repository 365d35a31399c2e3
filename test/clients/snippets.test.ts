import { execFile, spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ApiDescription } from "@vitrine/core";
import {
  apiDescriptionSchema,
  exampleCall,
  languagesOf,
  writeSnippet,
  type SnippetCall,
  type SnippetLanguage,
} from "@vitrine/core/api-snippets";
import sharp from "sharp";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve, type ServedApp } from "../lib/serve.ts";
import { snippetApp } from "./snippet-app.ts";

const run = promisify(execFile);
/** Ignored by git, and inside the repository, so that scripts find the packages they import. */
const folder = join(import.meta.dirname, "..", "dist", "snippets");
const python = process.env["VITRINE_PYTHON"] ?? "python3";
const hasPython = spawnSync(python, ["-c", "import gradio_client"]).status === 0;
if (!hasPython)
  console.warn(
    `Python snippets are not run: ${python} cannot import gradio_client. VITRINE_PYTHON names another interpreter.`,
  );

let served: ServedApp;
let description: ApiDescription;

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const picture = await sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  served = await serve(snippetApp(), { mcp: true });
  const answer = await fetch(`${served.url}api.json`);
  description = v.parse(apiDescriptionSchema, await answer.json());
  // Every file that an example names.
  const names = JSON.stringify(description.endpoints).matchAll(/"name":"([\w-]+\.\w+)"/g);
  for (const [, name = ""] of names) await writeFile(join(folder, name), picture);
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const commands: Record<SnippetLanguage, (file: string) => [string, string[]]> = {
  typescript: (file) => [process.execPath, ["--conditions=@vitrine/source", "--import", "tsx", file]],
  gradio: (file) => [process.execPath, [file]],
  python: (file) => [python, [file]],
  curl: (file) => ["sh", [file]],
  mcp: (file) => [process.execPath, [file]],
};
const endings = { typescript: "ts", gradio: "mjs", python: "py", curl: "sh", mcp: "mjs" };

/** Runs a snippet as it stands; gives what it prints. */
async function runSnippet(language: SnippetLanguage, calls: readonly SnippetCall[], name: string) {
  const file = join(folder, `${language}-${name}.${endings[language]}`);
  const { url } = served;
  await writeFile(file, writeSnippet(language, calls, { url, title: description.title }));
  const [command, args] = commands[language](file);
  const { stdout } = await run(command, args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: "" } });
  return stdout;
}

function endpoint(name: string) {
  const found = description.endpoints.find((one) => one.name === name);
  if (!found) throw new Error(`The app has no endpoint ${name}.`);
  return found;
}

/** What a snippet of each endpoint prints, whatever the language. */
const printed: Record<string, RegExp[]> = {
  quote: [/<It(\\?'|’)s \\?"quoted\\?" \\+ \$HOME `x`(\\n|\n)/, /second line>.*<It/s],
  count: [/step 1/, /step 2/],
  weigh: [/\d\d bytes/],
  copy: [/\.png/],
  papers: [/1 files|2 files/],
  pictures: [/\d pictures/],
  chat: [/\d messages/],
  choose: [/b y \{.*lambda.*true.*list.*null,1\.5,.*ü/],
  visit: [/visit 1/],
};

test("the app's endpoints are those this table knows", () => {
  expect(description.endpoints.map(({ name }) => name)).toEqual(Object.keys(printed));
});

describe.each(languagesOf(true))("$name", ({ language }) => {
  test.skipIf(language === "python" && !hasPython).each(Object.entries(printed))(
    "the snippet of %s runs as it stands",
    async (name, patterns) => {
      const output = await runSnippet(language, [exampleCall(endpoint(name))], name);
      // A tool of MCP gives one result: the last.
      const expected = language === "mcp" ? patterns.slice(-1) : patterns;
      for (const pattern of expected) expect(output).toMatch(pattern);
    },
  );

  test.skipIf(language === "python" && !hasPython)("several calls are one script", async () => {
    const calls = ["visit", "quote", "visit"].map((name) => exampleCall(endpoint(name)));
    const output = await runSnippet(language, calls, "several");
    expect(output).toMatch(/visit 1[\s\S]*quoted/);
    // One script is one session, but for the shell, whose commands know nothing of each other.
    expect(output).toMatch(language === "curl" ? /visit 1[\s\S]*visit 1/ : /visit 1[\s\S]*visit 2/);
  });
});

test("the compiler accepts every TypeScript snippet", async () => {
  for (const { name } of description.endpoints) {
    const code = writeSnippet("typescript", [exampleCall(endpoint(name))], { url: served.url, title: "" });
    await writeFile(join(folder, `check-${name}.ts`), code);
  }
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      include: ["check-*.ts"],
      exclude: [],
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
    }),
  );
  const tsc = join(import.meta.dirname, "..", "..", "node_modules", ".bin", "tsc");
  const { stdout } = await run(tsc, ["-p", folder, "--noEmit"]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});
