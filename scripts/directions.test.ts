import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const copy = mkdtempSync(join(tmpdir(), "vitrine-lint-"));
afterAll(() => rmSync(copy, { recursive: true }));
copyFileSync(join(root, ".oxlintrc.json"), join(copy, ".oxlintrc.json"));
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));

/** What lint says of one file at this place of the repository. */
function lint(path: string, text: string): { readonly passes: boolean; readonly output: string } {
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const { status, stdout } = spawnSync(join(root, "node_modules", ".bin", "oxlint"), [path], {
    cwd: copy,
    encoding: "utf8",
  });
  return { passes: status === 0, output: stdout };
}

test.each([
  ["packages/core/src/a.ts", `import "@vitrine/components";`],
  ["packages/core/src/b.ts", `import "../../server/src/index.ts";`],
  ["packages/core/src/c.test.ts", `import "vitrine";`],
  ["packages/components/src/a.ts", `import "@vitrine/client";`],
  [
    "packages/components/src/b.ts",
    `import type { Launched } from "@vitrine/server";\nexport type Mine = Launched;`,
  ],
  ["packages/client/src/a.ts", `export { launch } from "@vitrine/server";`],
  ["packages/client/src/b.tsx", `export const load = () => import("vitrine");`],
  ["packages/server/src/a.ts", `import "@vitrine/client";`],
  ["packages/server/src/b.ts", `import "@vitrine/components/views";`],
  ["packages/server/src/c.ts", `import "vitrine/testing";`],
  ["packages/vitrine/src/a.ts", `import "../../core/src/app/app.ts";`],
  ["demos/hello/app.ts", `import "@vitrine/core";`],
])("an import against the direction does not pass: %s %s", (path, text) => {
  const { passes, output } = lint(path, text);
  expect(passes).toBe(false);
  expect(output).toContain("no-restricted-imports");
});

test.each([
  ["packages/components/src/d.ts", `import "@vitrine/core";`],
  ["packages/client/src/d.ts", `import "@vitrine/core";\nimport "@vitrine/components/views";`],
  ["packages/server/src/d.ts", `import "@vitrine/core";\nimport "@vitrine/components";`],
  ["packages/vitrine/src/d.ts", `import "@vitrine/core";\nimport "@vitrine/server";`],
  ["demos/hello/app.ts", `import "vitrine";`],
])("an import along the direction passes: %s", (path, text) => {
  expect(lint(path, text)).toMatchObject({ passes: true });
});

test("a cycle does not pass", () => {
  lint(
    "packages/core/src/one.ts",
    `import { two } from "./two.ts";\nexport const one = (): number => two();`,
  );
  const { output } = lint(
    "packages/core/src/two.ts",
    `import { one } from "./one.ts";\nexport const two = (): number => one();`,
  );
  expect(output).toContain("no-cycle");
});

test("printing from a package does not pass, from the command line it does", () => {
  expect(lint("packages/server/src/print.ts", `console.log("here");`).output).toContain("no-console");
  expect(lint("packages/vitrine/src/cli/print.ts", `console.log("here");`).passes).toBe(true);
});
