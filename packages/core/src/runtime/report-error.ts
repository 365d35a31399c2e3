import { UserError, VitrineError } from "../errors.ts";
import type { BlockId } from "../ids.ts";
import type { ErrorReport } from "../protocol/status.ts";
import { shorten } from "../shorten.ts";

/** Of messages Vitrine writes; some name a value that was sent. */
const maxMessageLength = 600;

/** An error that belongs to one input or output. */
export class BlockFailure extends Error {
  readonly blockId: BlockId;

  constructor(blockId: BlockId, cause: unknown) {
    super("A block failed", { cause });
    this.blockId = blockId;
  }
}

interface ReportOptions {
  /** What of an unexpected error the visitor is told: everything in development, nothing else. */
  readonly isDevelopment: boolean;
  /** Named in the report of an unexpected error, to find it in the log. */
  readonly reference: string;
}

/** What the page is told of anything thrown. */
export function reportError(thrown: unknown, options: ReportOptions): ErrorReport {
  if (thrown instanceof BlockFailure)
    return { ...reportError(thrown.cause, options), blockId: thrown.blockId };
  if (thrown instanceof UserError) {
    return { code: thrown.code, message: thrown.message, title: thrown.title, durationMs: thrown.durationMs };
  }
  if (thrown instanceof VitrineError) {
    const message = shorten(thrown.message, maxMessageLength);
    return { code: thrown.code, message, ...(thrown.hint ? { hint: thrown.hint } : {}) };
  }
  if (!options.isDevelopment) {
    return {
      code: "FUNCTION_FAILED",
      message: `The app's function failed. Its author finds the cause in the log under ${options.reference}.`,
    };
  }
  const message =
    thrown instanceof Error ? thrown.message || thrown.name : `The function threw ${describeThrown(thrown)}.`;
  return {
    code: "FUNCTION_FAILED",
    message,
    ...(thrown instanceof Error && thrown.stack ? { detail: thrown.stack } : {}),
  };
}

/** Whether the operator should hear of it: not of what a visitor did wrong, nor of what the author said on purpose. */
export function isUnexpected(thrown: unknown): boolean {
  if (thrown instanceof BlockFailure) return isUnexpected(thrown.cause);
  return (
    !(thrown instanceof VitrineError) || (thrown.attribution !== "visitor" && !(thrown instanceof UserError))
  );
}

function describeThrown(thrown: unknown): string {
  return typeof thrown === "string" ? `"${thrown}"` : String(thrown);
}
