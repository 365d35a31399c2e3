// Builds every package into its dist: JavaScript and types for Node, and the page's bundle for browsers.
import { join } from "node:path";
import { isBuilt, sourcesFingerprint, writeBuildStamp } from "./lib/build-stamp.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { bin, run } from "./lib/run.mjs";

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
  const types = await run(bin("tsc"), ["-b", ...projects.map((project) => join("packages", project))]);
  // Imported only now: on a fresh clone what they need has just been installed.
  const { bundlePackages } = await import("./lib/bundle-packages.mjs");
  const { buildClient } = await import("../packages/client/build.mjs");
  await Promise.all([bundlePackages(), buildClient()]);
  if (types === 0) writeBuildStamp(fingerprint);
  else console.error("\nThe packages have type errors.");
  process.exitCode = types;
}
