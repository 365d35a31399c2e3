import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildClient, type Manifest } from "../build.mjs";

/** Views of demos/hello-world; test/journeys/page-size.test.ts holds that its page loads no others. */
const helloViews = ["row", "column", "textbox", "slider", "button", "clear-button"];
const maxScriptBytes = 20 * 1024;
const maxStyleBytes = 4 * 1024;

let outDir: string;
let manifest: Manifest;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "vitrine-client-"));
  manifest = await buildClient({ outDir });
}, 120_000);

afterAll(() => rm(outDir, { recursive: true, force: true }));

async function gzipSize(files: Iterable<string>): Promise<number> {
  const sizes = [...new Set(files)].map(
    async (file) => (await readFile(join(outDir, "browser", `${file}.gz`))).length,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function entriesOf(types: readonly string[]): readonly Manifest["boot"][] {
  return [manifest.boot, ...types.map((type) => manifest.views[type] ?? expect.fail(`no view ${type}`))];
}

test("the scripts of the hello page are at most 20 KiB, compressed by gzip", async () => {
  const files = entriesOf(helloViews).flatMap((view) => [view.js, ...view.imports]);
  expect(await gzipSize([manifest.theme.js, ...files])).toBeLessThanOrEqual(maxScriptBytes);
});

test("its style sheets are at most 4 KiB", async () => {
  expect(await gzipSize(entriesOf(helloViews).flatMap((view) => view.css ?? []))).toBeLessThanOrEqual(
    maxStyleBytes,
  );
});

test("every file the manifest names exists, with compressed copies of the same content beside it", async () => {
  const named = [manifest.boot, ...Object.values(manifest.views), { ...manifest.theme, imports: [] }].flatMap(
    (entry) => [entry.js, ...("css" in entry ? [entry.css] : []), ...entry.imports],
  );
  const files = await readdir(join(outDir, "browser"));
  expect(files).toEqual(expect.arrayContaining([...new Set(named)]));
  for (const file of new Set(named)) {
    const content = await readFile(join(outDir, "browser", file));
    expect(gunzipSync(await readFile(join(outDir, "browser", `${file}.gz`))).equals(content)).toBe(true);
    expect(brotliDecompressSync(await readFile(join(outDir, "browser", `${file}.br`))).equals(content)).toBe(
      true,
    );
  }
});

test("nothing a page loads evaluates text, and no script names another host to fetch from", async () => {
  for (const file of (await readdir(join(outDir, "browser"))).filter((name) => name.endsWith(".js"))) {
    const text = await readFile(join(outDir, "browser", file), "utf8");
    expect(text).not.toMatch(/\bnew Function\(|\beval\(/);
    expect(text).not.toMatch(/(import|fetch)\(["']https?:/);
  }
});
