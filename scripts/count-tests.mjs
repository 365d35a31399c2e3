// Prints `N passed, N failed` from the report of the last `npm test`. Arguments: the exit code of that run, and where the
// report lies if not at its usual place.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./lib/run.mjs";

const path = process.argv[3] ?? join(cacheFolder, "test-report.json");
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { testResults: [] };
const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length;
// A file that cannot be loaded has no tests to count, yet it failed.
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
);

const skipped = count("skipped", "pending", "todo", "disabled");
const known = count("failed") + brokenFiles.length;
// An error outside any test, or a build that broke before them, fails the run too.
const failed = known === 0 && process.argv[2] !== "0" ? 1 : known;
console.log(`${count("passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
