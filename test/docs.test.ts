import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { errorTable } from "@vitrine/core";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

test("docs/errors.md explains every error code, and no other, with the hint the code has", async () => {
  const text = await readFile(join(root, "docs/errors.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| [^|]+ \| [^|]+ \| (.+) \|$/gm)];
  expect(rows.map(([, code]) => code)).toEqual(Object.keys(errorTable));
  for (const [, code, hint] of rows) {
    const known = errorTable[code as keyof typeof errorTable].hint;
    if (known) expect(hint).toBe(known);
  }
});

describe("links in the documents", async () => {
  test.each(await markdownFiles())("of %s lead to files that exist", async (file) => {
    const text = await readFile(join(root, file), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
    const missing: string[] = [];
    for (const link of links) {
      const target = resolve(root, dirname(file), link);
      if (!(await exists(target))) missing.push(link);
    }
    expect(missing).toEqual([]);
  });
});

async function markdownFiles(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith(".md") && !/node_modules|dist/.test(entry.parentPath),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
