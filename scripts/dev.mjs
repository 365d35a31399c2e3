// `npm run dev [file]`: serves a demo (the gallery) from source; it reloads when its script is saved, and the whole
// server starts anew when a package's source is.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { mustRun, root, sourceFlags } from "./lib/run.mjs";

const quietMs = 150;
const args = process.argv.slice(2);
const script = args[0] !== undefined && !args[0].startsWith("--") ? args : ["demos/gallery/app.ts", ...args];

await ensureInstalled();
await mustRun(process.execPath, ["scripts/build.mjs", "--if-needed"]);
let server = startServer();
let timer;
let restarting = Promise.resolve();
for (const name of ["core", "components", "client", "server", "vitrine"]) {
  watch(join(root, "packages", name, "src"), { recursive: true }, (_event, file) => {
    if (file && /\.test(-d)?\.tsx?$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      restarting = restarting.then(restart);
    }, quietMs);
  });
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.once("exit", () => process.exit(0));
    if (!server.kill(signal)) process.exit(0);
  });
}

function startServer() {
  const cli = join(root, "packages", "vitrine", "bin", "vitrine.mjs");
  return spawn(process.execPath, [...sourceFlags, cli, "dev", ...script], { cwd: root, stdio: "inherit" });
}

async function restart() {
  console.log("A package changed: building …");
  const build = spawn(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
  const code = await new Promise((resolve) => build.once("exit", resolve));
  // The old server stays up until the sources build again.
  if (code !== 0) return;
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  server = startServer();
}
