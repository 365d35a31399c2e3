// `npm test`: installs and builds what is missing, then runs every test. Arguments go to vitest: `npm test -- packages/core`.
import { join } from "node:path";
import { ensureBrowser, ensureInstalled } from "./lib/install.mjs";
import { bin, cacheFolder, mustRun, run } from "./lib/run.mjs";

await ensureInstalled();
await ensureBrowser();
await mustRun(process.execPath, ["scripts/build.mjs", "--if-needed"]);
const report = join(cacheFolder, "test-report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
process.exitCode = await run(bin("vitest"), ["run", ...reporters, ...process.argv.slice(2)]);
