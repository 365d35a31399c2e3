// `npm start`: installs and builds what is missing, then serves the gallery of demos.
import { join } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { mustRun, root, run } from "./lib/run.mjs";

await ensureInstalled();
await mustRun(process.execPath, ["scripts/build.mjs", "--if-needed"]);
const cli = join(root, "packages", "vitrine", "bin", "vitrine.mjs");
process.exitCode = await run(process.execPath, [cli, "demos/gallery/app.ts", ...process.argv.slice(2)]);
