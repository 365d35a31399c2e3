// `npm run bench [name …]`: runs every bench/*.ts against the built packages and prints one table.
// A benchmark prints one JSON object a line: { what, measured, floor?, budget?, unit }. Ratios are against its own floor.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { mustRun, root } from "./lib/run.mjs";

await ensureInstalled();
await mustRun(process.execPath, ["scripts/build.mjs", "--if-needed"]);
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, "bench"))
  .filter(
    (file) => file.endsWith(".ts") && (wanted.length === 0 || wanted.includes(file.replace(/\.ts$/, ""))),
  )
  .sort();

const rows = [];
for (const file of files) {
  console.error(`— ${file}`);
  const { code, output } = await runBenchmark(join("bench", file));
  if (code !== 0) process.exitCode = 1;
  for (const line of output.split("\n").filter((text) => text.startsWith("{"))) rows.push(JSON.parse(line));
}
console.log(table(rows));

function runBenchmark(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", file], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("close", (code) => resolve({ code, output }));
  });
}

function table(results) {
  const header = ["what", "measured", "floor", "ratio", "budget"];
  const cells = results.map(({ what, measured, floor, budget, unit = "" }) => [
    what,
    `${short(measured)} ${unit}`,
    floor === undefined ? "" : `${short(floor)} ${unit}`,
    floor === undefined ? "" : `${short(measured / floor)}x`,
    budget === undefined ? "" : typeof budget === "number" ? `${short(budget)} ${unit}` : budget,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ");
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...cells.map(line)].join("\n");
}

function short(number) {
  return Number(number.toPrecision(3)).toLocaleString("en");
}
