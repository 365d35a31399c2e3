import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** What Node needs to run the packages from their TypeScript source. */
export const sourceFlags = ["--conditions=@vitrine/source", "--import", "tsx"];

/** Reports and stamps of these scripts; nothing in it is worth keeping. */
export const cacheFolder = join(root, "node_modules", ".vitrine");

/**
 * Runs a command in the root of the repository with its output shown, and resolves to its exit code. Signals reach the
 * command first; this process ends when it has.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    const forward = (signal) => child.kill(signal);
    process.on("SIGTERM", forward);
    // The terminal sends SIGINT to the whole group, so the child has it already.
    const wait = () => undefined;
    process.on("SIGINT", wait);
    const release = () => {
      process.off("SIGTERM", forward);
      process.off("SIGINT", wait);
    };
    child.once("error", (error) => {
      release();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      release();
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** Runs a command that must succeed; ends this process with its exit code when it does not. */
export async function mustRun(command, args, options = {}) {
  const code = await run(command, args, options);
  if (code === 0) return;
  console.error(`\n${[command, ...args].join(" ")} ended with code ${code}.`);
  process.exit(code);
}

/** The path of a command that npm installed. */
export function bin(name) {
  return join(root, "node_modules", ".bin", name);
}
