// `npm run check`: format, lint with the directions between packages, types, dead code, tests. `--no-tests` leaves the last out.
import { ensureInstalled } from "./lib/install.mjs";
import { bin, run } from "./lib/run.mjs";

await ensureInstalled();
const steps = [
  ["format", bin("oxfmt"), ["--check"]],
  ["lint", bin("oxlint"), ["--type-aware"]],
  ["types", bin("tsc"), ["-b"]],
  ["dead code", bin("knip"), ["--no-progress"]],
  ["tests", process.execPath, ["scripts/test.mjs"]],
].filter(([name]) => name !== "tests" || !process.argv.includes("--no-tests"));

const failed = [];
for (const [name, command, args] of steps) {
  console.log(`\n— ${name}`);
  if ((await run(command, args)) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\nEverything is in order." : `\nNot in order: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
