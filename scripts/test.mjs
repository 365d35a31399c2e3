// `npm test`: installs and builds what is missing, then runs every test. Arguments go to vitest: `npm test -- packages/core`.
import { join } from "node:path";
import { ensureInstalled, ensurePrograms } from "./lib/install.mjs";
import { bin, cacheFolder, run } from "./lib/run.mjs";

await ensureInstalled();
await ensurePrograms();
// Tests run from source, so they have something to say even when the build does not succeed.
const build = await run(process.execPath, ["scripts/build.mjs", "--if-needed"]);
const report = join(cacheFolder, "test-report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const tests = await run(bin("vitest"), ["run", ...reporters, ...process.argv.slice(2)]);
if (build !== 0) console.error("\nThe build failed; its errors stand above the tests.");
process.exitCode = tests || build;
