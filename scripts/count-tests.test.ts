import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "vitrine-count-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((outcome) => ({ status: outcome })),
});

/** What is printed for a report and the exit code of the run that wrote it. */
function count(testResults: readonly object[] | undefined, exitCode: number): string {
  const path = join(folder, "report.json");
  rmSync(path, { force: true });
  if (testResults) writeFileSync(path, JSON.stringify({ testResults }));
  const args = [join(import.meta.dirname, "count-tests.mjs"), String(exitCode), path];
  return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout.trim();
}

test("tests are counted over all files", () => {
  const report = [file("passed", "passed", "passed"), file("failed", "passed", "failed")];
  expect(count(report, 1)).toBe("3 passed, 1 failed");
});

test("tests left out are named when there are any", () => {
  expect(count([file("passed", "passed", "skipped", "todo")], 0)).toBe("1 passed, 0 failed, 2 skipped");
});

test("a file that could not be loaded counts as a failure", () => {
  expect(count([file("failed"), file("passed", "passed")], 1)).toBe("1 passed, 1 failed");
});

test("a run that failed outside every test, or wrote no report, counts as a failure", () => {
  expect(count([file("passed", "passed")], 1)).toBe("1 passed, 1 failed");
  expect(count(undefined, 2)).toBe("0 passed, 1 failed");
});
