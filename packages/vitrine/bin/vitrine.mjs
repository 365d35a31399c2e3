#!/usr/bin/env node
import { existsSync } from "node:fs";

// Under the condition that makes packages resolve to their source, as while working on Vitrine, the command line runs
// from source too: one copy of every class.
const isFromSource = import.meta.resolve("@vitrine/core").endsWith(".ts");
const main = new URL(isFromSource ? "../src/cli/main.ts" : "../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { main: run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  console.error("Vitrine has not been built (BUILD_MISSING). Run `npm run build`.");
  process.exitCode = 1;
}
