import { createHash, randomBytes } from "node:crypto";
import { format } from "node:util";
import type { Clock, Ids, Logger } from "@vitrine/core";

/** Real time. */
export const nodeClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Names nobody can guess. */
export const nodeIds: Ids = {
  createId: () => randomBytes(16).toString("base64url"),
  createSecret: () => randomBytes(32).toString("base64url"),
  hash: (secret) => createHash("sha256").update(secret).digest("base64url"),
};

/** Writes to the standard error stream, so that what a script prints stays its own. */
export function createLogger(
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const log = (level: string) => (message: string, details?: Readonly<Record<string, unknown>>) => {
    const { error, ...rest } = details ?? {};
    const facts = Object.entries(rest).map(([name, value]) => ` ${name}=${format("%o", value)}`);
    write(
      `[vitrine] ${level}${oneLine(message)}${facts.join("")}\n${error === undefined ? "" : `${describeError(error)}\n`}`,
    );
  };
  return { info: log(""), warn: log("Warning: "), error: log("Error: ") };
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

function describeError(error: unknown): string {
  return error instanceof Error ? format(error) : `Thrown: ${format("%o", error)}`;
}
