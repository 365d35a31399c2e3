import { errorTable, UserError, VitrineError, type ErrorCode, type ErrorReport } from "@vitrine/core";

/** What the server reports, as the error it was there. */
export function toError(
  { code, message, hint, title, durationMs }: ErrorReport,
  cause?: unknown,
): VitrineError {
  if (code === "USER_ERROR") {
    return new UserError(message, {
      ...(title === undefined ? {} : { title }),
      ...(durationMs === undefined ? {} : { durationMs }),
    });
  }
  const known: ErrorCode = isErrorCode(code) ? code : "SERVER_FAILED";
  return new VitrineError(known, { message, ...(hint === undefined ? {} : { hint }), cause });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
