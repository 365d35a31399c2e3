import type { Logger } from "@vitrine/core";

/** Something to end before the process ends. */
export interface Closable {
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

async function endProcess(code: number, log: Logger): Promise<void> {
  try {
    await Promise.all([...open].map((closable) => closable.shutDown()));
  } catch (error) {
    log.error("The server did not go down well", { error });
    process.exit(1);
  }
  process.exit(code);
}
