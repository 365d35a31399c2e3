import { VitrineError, type Logger } from "@vitrine/core";
import { createLogger } from "../node-ports.ts";
import { askForRestart, isSupervised } from "./supervise.ts";

/** A server to end before the process ends. */
export interface Closable {
  readonly port: number;
  /** Waits for what runs, then ends. */
  shutDown(): Promise<void>;
}

const open = new Set<Closable>();
let release: (() => void) | undefined;
let isEnding = false;

/**
 * Ends `closable` well when the process is told to end (SIGTERM, SIGINT), then the process with 0. A second signal
 * ends it at once. Also keeps a promise that a user's function forgot from ending the process for everybody.
 *
 * @returns forgets it again; with the last one gone, the process is as it was before
 */
export function shutDownWithProcess(closable: Closable, log: Logger): () => void {
  open.add(closable);
  release ??= watchProcess(log);
  return () => {
    open.delete(closable);
    if (open.size > 0 || isEnding) return;
    release?.();
    release = undefined;
  };
}

/**
 * Begins to end this process's servers as SIGTERM does: no new jobs, those that run may end; then the process ends
 * with 0. Returns at once, so that a listener can call it.
 */
export function stopServer(): void {
  if (isEnding) return;
  isEnding = true;
  void endProcess(0, createLogger());
}

/**
 * Ends this process's servers as `stopServer()` does, and starts the script again on the same ports. Pages come back
 * by themselves, with what was typed in them. Returns at once.
 *
 * @throws RESTART_UNAVAILABLE when the script has not called `superviseProcess()`
 */
export function restartServer(): void {
  if (!isSupervised()) {
    throw new VitrineError("RESTART_UNAVAILABLE", {
      message: "Nobody would start this process again.",
    });
  }
  if (isEnding) return;
  isEnding = true;
  const ports = [...open].map(({ port }) => port);
  void endProcess(0, createLogger(), () => askForRestart(ports));
}

function watchProcess(log: Logger): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(signal === "SIGINT" ? 130 : 143);
    isEnding = true;
    void endProcess(0, log);
  };
  const onRejection = (error: unknown): void => log.error("A promise failed that nobody awaited", { error });
  const onException = (error: unknown): void => {
    log.error("An error was thrown outside every function; the server goes down", { error });
    if (isEnding) return;
    isEnding = true;
    void endProcess(1, log);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  process.on("unhandledRejection", onRejection).on("uncaughtException", onException);
  return () => {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    process.off("unhandledRejection", onRejection).off("uncaughtException", onException);
  };
}

async function endProcess(code: number, log: Logger, last?: () => Promise<void>): Promise<void> {
  try {
    await Promise.all([...open].map((closable) => closable.shutDown()));
    await last?.();
  } catch (error) {
    log.error("The server did not go down well", { error });
    process.exit(1);
  }
  process.exit(code);
}
