import { UserError } from "vitrine";
import { StudioError } from "./studio-error.ts";

/**
 * An error as a visitor may read it: one of the studio with its words, advice and code; anything else as it is, so
 * that the visitor gets a reference and the log the cause.
 */
export function toUserError(error: unknown): unknown {
  if (!(error instanceof StudioError)) return error;
  return new UserError(`${error.message} ${error.hint} (${error.code})`, { title: "That did not work" });
}

/** Runs what may fail with an error of the studio. @throws {UserError} in its place */
export async function forUser<Result>(run: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw toUserError(error);
  }
}
