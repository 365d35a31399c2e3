import { VitrineError, type ErrorCode, type ErrorReport, type Logger } from "@vitrine/core";
import type { Context, ErrorHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { errorPage, errorPagePolicy } from "./error-page.ts";

/** What HTTP says of each code a request can meet; the others mean that the request's values were refused. */
const statusByCode: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  NOT_FOUND: 404,
  UNKNOWN_ENDPOINT: 404,
  FILE_UNKNOWN: 404,
  FILE_TOO_LARGE: 413,
  FILE_QUOTA: 413,
  STORE_FULL: 507,
  PAYLOAD_TOO_LARGE: 413,
  FILE_TYPE: 415,
  UPLOAD_CUT: 400,
  UPLOAD_TOO_SLOW: 408,
  PROTOCOL_FRAME: 400,
  ORIGIN_REFUSED: 403,
  SESSION_UNKNOWN: 401,
  RATE_LIMITED: 429,
  ADDRESS_LIMIT: 429,
  QUEUE_FULL: 429,
  SESSION_LIMIT: 503,
  ENGINE_UNAVAILABLE: 503,
  STATE_CONFLICT: 409,
  JOB_CANCELLED: 503,
  WORKER_LOST: 503,
  JOB_TOO_LONG: 504,
  VALUE_NOT_SHOWN: 500,
  WRONG_OUTPUT_COUNT: 500,
  FUNCTION_FAILED: 500,
  SERVER_FAILED: 500,
  BUILD_MISSING: 500,
};

const refused: ContentfulStatusCode = 422;

export interface ErrorOptions {
  readonly log: Logger;
  /** Answers carry messages and stacks of unexpected errors. */
  readonly isDevelopment: boolean;
}

/** Answers whatever a route throws as `{ error }` with a code; nothing of the server's inside is told. */
export function createErrorHandler(options: ErrorOptions): ErrorHandler {
  return (error, context) => {
    if (!(error instanceof VitrineError))
      options.log.error("A request failed", { path: pathToLog(context.req.path), error });
    return answerError(context, describeFailure(error, options));
  };
}

/** The path without what is secret in it: whoever knows a file's address may read the file. */
function pathToLog(path: string): string {
  return path.replace(/\/files\/.*$/, "/files/…").slice(0, 200);
}

interface Failure {
  readonly status: ContentfulStatusCode;
  readonly error: ErrorReport;
}

/** The same answer, byte for byte, for what is missing and for what may not be seen. */
export function answerNotFound(context: Context): Response {
  const error = new VitrineError("NOT_FOUND", { message: "There is nothing at this address." });
  return answerError(context, describeFailure(error));
}

/** For an address that exists, asked in a way it does not answer. */
export function answerWrongMethod(context: Context, allowed: string): Response {
  context.header("Allow", allowed);
  const message = `This address expected ${allowed}, got ${context.req.method}.`;
  return answerError(context, { status: 405, error: { code: "NOT_FOUND", message } });
}

/** Answers how a job ended. */
export function answerReport(context: Context, report: ErrorReport): Response {
  const { blockId: _ofThePage, title: _ofAToast, durationMs: _ofThat, ...error } = report;
  return answerError(context, { status: statusOf(report.code), error });
}

function statusOf(code: string): ContentfulStatusCode {
  return (statusByCode as Partial<Record<string, ContentfulStatusCode>>)[code] ?? refused;
}

/** What is told of a failure, and with which status. */
export function describeFailure(error: unknown, options?: Pick<ErrorOptions, "isDevelopment">): Failure {
  if (error instanceof VitrineError) {
    const { code, message, hint } = error;
    return { status: statusOf(code), error: { code, message, ...(hint ? { hint } : {}) } };
  }
  if (!options?.isDevelopment) {
    const message = "The server could not answer this request.";
    return {
      status: 500,
      error: { code: "SERVER_FAILED", message, hint: "The server's log holds the cause." },
    };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    status: 500,
    error: { code: "SERVER_FAILED", message, ...(stack === undefined ? {} : { detail: stack }) },
  };
}

function answerError(context: Context, { status, error }: Failure): Response {
  context.header("Cache-Control", "no-store");
  const isForReading =
    context.req.method === "GET" && (context.req.header("accept") ?? "").includes("text/html");
  if (isForReading) {
    context.header("Content-Security-Policy", errorPagePolicy);
    return context.html(errorPage(status, error), status);
  }
  return context.json({ error }, status);
}
