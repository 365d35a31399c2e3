import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { App } from "@vitrine/core";
import { registerLauncher } from "@vitrine/server";
import { openApp } from "vitrine/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** Inside the repository, so that the blocks find the packages they import. */
const folder = join(root, "test", ".docs-code");
const run = promisify(execFile);

interface Block {
  readonly name: string;
  readonly code: string;
}

/** The TypeScript blocks of a document; one introduced as `mine.ts` has that name, for the others import it. */
async function blocksOf(document: string): Promise<readonly Block[]> {
  const text = await readFile(join(root, document), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match, index) => {
    const before = text.slice(0, match.index).trimEnd().split("\n").at(-1) ?? "";
    const named = /`(\w+\.ts)`:$/.exec(before)?.[1];
    const name = named ?? `${document.replace(/\W+/g, "-")}-${index}.ts`;
    return { name, code: (match[1] ?? "").replace("listen(3000)", "listen(0)") };
  });
}

const blocks = (
  await Promise.all(["README.md", "docs/guide.md", "docs/rest.md", "docs/mcp.md"].map(blocksOf))
).flat();
const launched: App[] = [];
let giveBack: () => void;

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, code } of blocks) await writeFile(join(folder, name), code);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.json",
      include: ["*.ts"],
      exclude: [],
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
    }),
  );
  giveBack = registerLauncher(async (app) => {
    launched.push(app);
    return { url: "", port: 0, close: async () => undefined };
  });
});
afterAll(async () => {
  giveBack();
  await rm(folder, { recursive: true });
});

test("every code block of the README and the guide is accepted by the compiler", async () => {
  const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["-p", folder, "--noEmit"]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
});

describe("running", () => {
  test.each(blocks)("$name: the app opens", async ({ name, code }) => {
    const module: unknown = await import(join(folder, name));
    const exported =
      typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
    const app = code.includes(".launch()") ? launched.at(-1) : exported;
    if (!code.includes("export default") && !code.includes(".launch()")) return;
    expect(app).toBeInstanceOf(App);
    await using open = await openApp(app as App);
    await open.openPage();
  });
});
