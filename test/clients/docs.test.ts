import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import type { Blocks } from "vitrine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type ServedApp } from "../lib/serve.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
/** Ignored by git, and inside the repository, so that scripts find the packages they import. */
const folder = join(root, "test", "dist", "clients-docs");
const python = process.env["VITRINE_PYTHON"] ?? "python3";
const hasPython = spawnSync(python, ["-c", "import gradio_client"]).status === 0;

const text = await readFile(join(root, "docs/clients.md"), "utf8");
const [, greeter = ""] = /`greeter\.ts`:\n\n```ts\n([\s\S]*?)^```/m.exec(text) ?? [];
/** Every script with what the document says it prints. */
const scripts = [
  ...text.matchAll(/^```(ts|js|python|sh)\n((?:(?!```).*\n)*)```\n\n```text\n([\s\S]*?)^```/gm),
].map(([, fence = "", code = "", output = ""], index) => ({
  fence,
  code,
  output,
  name: `${fence} ${index + 1}`,
}));

let served: ServedApp;
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "greeter.ts"), greeter);
  const picture = sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } });
  await writeFile(join(folder, "picture.png"), await picture.png().toBuffer());
  const module = (await import(pathToFileURL(join(folder, "greeter.ts")).href)) as { default: Blocks };
  served = await serve(module.default, { mcp: true });
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const commands: Readonly<Record<string, (file: string) => readonly [string, string, readonly string[]]>> = {
  ts: (file) => [`${file}.ts`, process.execPath, ["--conditions=@vitrine/source", "--import", "tsx"]],
  js: (file) => [`${file}.mjs`, process.execPath, []],
  python: (file) => [`${file}.py`, python, []],
  sh: (file) => [`${file}.sh`, "sh", []],
};

test("the document has a script for each kind of client, and nothing that is not run", () => {
  expect([...new Set(scripts.map(({ fence }) => fence))]).toEqual(["ts", "js", "python", "sh"]);
  // But for the app itself.
  expect([...text.matchAll(/^```(?:ts|js|python|sh)$/gm)]).toHaveLength(scripts.length + 1);
});

test.each(scripts)("$name prints what the document says", async ({ fence, code, output, name }) => {
  if (fence === "python" && !hasPython) {
    console.warn(`${name} is not run: ${python} cannot import gradio_client. VITRINE_PYTHON names another.`);
    return;
  }
  const [file, command, args] = commands[fence]?.(name.replace(" ", "-")) ?? expect.fail(fence);
  await writeFile(
    join(folder, file),
    code.replaceAll("http://127.0.0.1:7860", served.url.replace(/\/$/, "")),
  );
  const { stdout } = await run(command, [...args, join(folder, file)], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect(stdout.trim()).toBe(output.trim());
});

test("the compiler accepts the app and every TypeScript script", async () => {
  for (const { fence, code, name } of scripts)
    if (fence === "ts") await writeFile(join(folder, `${name.replace(" ", "-")}.ts`), code);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      include: ["*.ts"],
      exclude: [],
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
    }),
  );
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const { stdout } = await run(tsc, ["-p", folder, "--noEmit"]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});
