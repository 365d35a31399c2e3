import { spawn } from "node:child_process";
import { constants } from "node:os";
import * as v from "valibot";

/** What a supervised process finds in its environment. */
const environmentKey = "VITRINE_SUPERVISED";

/** Registered, so that every copy of this module in the process finds the same place. */
const key = Symbol.for("vitrine.supervised");

interface Supervised {
  /** Ports that the servers of the process before had, in the order they are asked for. */
  readonly ports: number[];
}

interface Registry {
  [key]?: Supervised | undefined;
  [commandKey]?: readonly string[] | undefined;
}

const commandKey = Symbol.for("vitrine.startCommand");
const registry = globalThis as Registry;

/** Asks the supervisor to start the script again. */
const restartSchema = v.object({ vitrine: v.literal("restart"), ports: v.array(v.number()) });
type RestartRequest = v.InferOutput<typeof restartSchema>;

/**
 * Makes the script one that `restartServer()` can start again: it goes on in a process of its own, and this one only
 * watches over it, hands signals on and ends as it ends. Await it before the script begins anything.
 *
 * @example
 * await superviseProcess();
 * export default createPage(await openDatabase());
 */
export async function superviseProcess(): Promise<void> {
  if (isSupervised()) return;
  let ports: readonly number[] = [];
  for (;;) {
    const { code, restart } = await runOnce(ports);
    if (!restart) process.exit(code);
    ({ ports } = restart);
  }
}

/** Whether another process would start this one's script again. */
export function isSupervised(): boolean {
  return supervised() !== undefined;
}

/** The port the next server had before the script was started again; undefined the first time. */
export function takeFormerPort(): number | undefined {
  return supervised()?.ports.shift();
}

/** Says that the script is to be started again once this process has ended. */
export function askForRestart(ports: readonly number[]): Promise<void> {
  const request: RestartRequest = { vitrine: "restart", ports: [...ports] };
  return new Promise((resolve, reject) => {
    process.send?.(request, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** For the command line, which takes its own arguments out of `process.argv` before the script reads it. */
export function rememberStartCommand(): void {
  registry[commandKey] ??= process.argv.slice(1);
}

function supervised(): Supervised | undefined {
  const ports = process.env[environmentKey];
  if (ports === undefined || process.send === undefined) return registry[key];
  // Processes that the script starts are not supervised.
  delete process.env[environmentKey];
  registry[key] = { ports: ports.split(",").filter(Boolean).map(Number) };
  // Without its supervisor nobody could end it.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  return registry[key];
}

interface Ended {
  readonly code: number;
  readonly restart: RestartRequest | undefined;
}

function runOnce(ports: readonly number[]): Promise<Ended> {
  const command = [...process.execArgv, ...(registry[commandKey] ?? process.argv.slice(1))];
  const child = spawn(process.execPath, command, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [environmentKey]: ports.join(",") },
    // In a group of its own: Ctrl+C in a terminal would reach it twice, and twice means at once.
    detached: process.platform !== "win32",
  });
  let restart: RestartRequest | undefined;
  child.on("message", (message) => {
    const result = v.safeParse(restartSchema, message);
    if (result.success) restart = result.output;
  });
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  const handOn = (signal: NodeJS.Signals): void => {
    restart = undefined;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, handOn);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of signals) process.off(name, handOn);
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), restart });
    });
  });
}
