import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { VitrineError } from "@vitrine/core";

interface FailureFacts {
  readonly message: string;
  /** `file:line:column` in the user's script. */
  readonly place: string | undefined;
  /** Everything known: the code around the place, or the stack. */
  readonly detail: string;
  /** Files the failure lies in. */
  readonly files?: readonly string[];
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A script could not be compiled, or threw while it was loaded. */
export class ScriptFailure extends VitrineError {
  readonly detail: string;
  readonly files: readonly string[];

  constructor({ message, place, detail, files = [], ...rest }: FailureFacts) {
    super("SCRIPT_FAILED", { message: place === undefined ? message : `${place}: ${message}`, ...rest });
    this.detail = detail;
    this.files = files;
  }
}

/** What was thrown while a script was loaded, with the place in the user's files where it happened. */
export function describeThrown(thrown: unknown, inputs: readonly string[]): ScriptFailure {
  const error = thrown instanceof Error ? thrown : new Error(`The script threw ${String(thrown)}.`);
  // What loads the script, and what loads that, is not the author's.
  const stack = (error.stack ?? error.message).split(/\n\s+at [^\n]*node:internal/)[0] ?? error.message;
  const facts = { place: placeIn(stack, inputs), detail: stack, cause: thrown };
  if (!(error instanceof VitrineError)) return new ScriptFailure({ ...facts, message: error.message });
  return new ScriptFailure({ ...facts, message: `${error.message} (${error.code})`, hint: error.hint });
}

/** The first line of a stack that lies in one of the user's files. */
function placeIn(stack: string, inputs: readonly string[]): string | undefined {
  for (const [, location = ""] of stack.matchAll(/\(?((?:file:\/\/)?\/[^()\n]+:\d+:\d+)\)?$/gm)) {
    const [, path = "", position = ""] = /^(.*?)(:\d+:\d+)$/.exec(location) ?? [];
    const file = path.startsWith("file://") ? fileURLToPath(path) : path;
    if (inputs.includes(file)) return `${relative(process.cwd(), file)}${position}`;
  }
  return undefined;
}

/** What the terminal and the page show of any failure. */
export function explainFailure(failure: unknown): string {
  if (failure instanceof ScriptFailure)
    return `${failure.detail}\n\n${failure.message} (${failure.code})\n${failure.hint}`;
  if (failure instanceof VitrineError) return `${failure.message} (${failure.code})\n${failure.hint}`;
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}
