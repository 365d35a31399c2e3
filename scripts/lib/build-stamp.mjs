import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./run.mjs";

const packages = ["core", "components", "client", "server", "vitrine"].map((name) =>
  join(root, "packages", name),
);
// Inside dist, so that deleting dist also forgets what was built.
const stampPath = join(root, "packages", "vitrine", "dist", ".build-stamp");

/** Whether every package's dist was built from the sources as they are. */
export function isBuilt() {
  if (!existsSync(stampPath) || packages.some((folder) => !existsSync(join(folder, "dist")))) return false;
  if (!existsSync(join(root, "packages", "client", "dist", "browser", "manifest.json"))) return false;
  return readFileSync(stampPath, "utf8") === sourcesFingerprint();
}

/** Remembers that dist was built from the sources that had this fingerprint. */
export function writeBuildStamp(fingerprint) {
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, fingerprint);
}

/** Changes when a file of the packages is added, deleted or changed; tests do not count. */
export function sourcesFingerprint() {
  const hash = createHash("sha256");
  const roots = [join(root, "package-lock.json"), join(root, "tsconfig.base.json"), ...packages];
  for (const path of roots.flatMap((start) => [...sourceFiles(start)]).sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function* sourceFiles(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    if (!/\.test(-d)?\.tsx?$/.test(path)) yield path;
    return;
  }
  for (const entry of readdirSync(path)) {
    if (entry !== "dist" && entry !== "node_modules" && entry !== "fixtures")
      yield* sourceFiles(join(path, entry));
  }
}
