import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { mustRun, root, run } from "./run.mjs";

/** Installs the dependencies when they are missing or are not those of package-lock.json. */
export async function ensureInstalled() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`Installing dependencies (${missing.length} missing or of another version) …`);
  // Not `npm ci`: it refuses a lock file when a registry lacks a binary of some other platform.
  await mustRun("npm", ["install", "--no-audit", "--no-fund"]);
}

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Installs the browser the journeys drive and the curl that tests of the API call, where that is possible without asking. */
export async function ensurePrograms() {
  const hasBrowser = Boolean(process.env.CHROMIUM_PATH) || browsers.some((path) => existsSync(path));
  const missing = [...(hasBrowser ? [] : ["chromium"]), ...(isOnPath("curl") ? [] : ["curl"])];
  if (missing.length === 0) return;
  const names = missing.join(" and ");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.warn(
      `No ${names} found: the tests that drive them will fail. CHROMIUM_PATH names a browser elsewhere.`,
    );
    return;
  }
  console.log(`Installing ${names} …`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-qq"], options);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], options);
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Names of packages that package-lock.json asks for and node_modules does not have in that version. */
function missingPackages() {
  const wanted = readLock(join(root, "package-lock.json"));
  const installed = readLock(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted)
    .filter(
      ([path, entry]) =>
        path.includes("node_modules/") && !entry.optional && !entry.devOptional && !entry.peer,
    )
    .filter(([path, entry]) => installed[path] === undefined || installed[path].version !== entry.version)
    .map(([path]) => path);
}

function readLock(path) {
  if (!existsSync(path)) return {};
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}
