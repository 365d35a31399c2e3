// Builds every package into its dist: JavaScript and types for Node, and the page's bundle for browsers.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isBuilt, sourcesFingerprint, writeBuildStamp } from "./lib/build-stamp.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { bin, mustRun, root, sourceFlags } from "./lib/run.mjs";

const projects = [
  "core/tsconfig.src.json",
  "components/tsconfig.src.json",
  "components/tsconfig.views.json",
  "client/tsconfig.src.json",
  "server/tsconfig.src.json",
  "vitrine/tsconfig.src.json",
];

await ensureInstalled();
if (!process.argv.includes("--if-needed") || !isBuilt()) {
  // Taken first: what is saved while the build runs belongs to the next one.
  const fingerprint = sourcesFingerprint();
  await mustRun(bin("tsc"), ["-b", ...projects.map((project) => join("packages", project))]);
  await buildPage();
  writeBuildStamp(fingerprint);
}

async function buildPage() {
  const script = ["build.mjs", "build.ts"]
    .map((name) => join(root, "packages", "client", name))
    .find((path) => existsSync(path));
  if (!script) throw new Error("packages/client has no build script.");
  const call = `const { buildClient } = await import(${JSON.stringify(script)}); await buildClient();`;
  await mustRun(process.execPath, [...sourceFlags, "--input-type=module", "--eval", call]);
}
