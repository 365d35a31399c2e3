import {
  VitrineError,
  type ApiSession,
  type AppHost,
  type ApiToast,
  type Endpoint,
  type FileStore,
  type JsonObject,
} from "@vitrine/core";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { CallFailure, runEndpoint } from "../api/run-endpoint.ts";
import type { AddressPolicy } from "../files/public-address.ts";
import { describeFailure } from "../http/errors.ts";
import { resultOf } from "./mcp-content.ts";
import { McpProgress, type ProgressNotice } from "./mcp-progress.ts";

/** Where an MCP client's calls go. */
export interface McpPlace {
  readonly host: AppHost;
  readonly files: FileStore;
  readonly fetchPolicy: AddressPolicy;
  /** Address of the app as the client knows it, with a slash at the end. */
  readonly baseUrl: string;
}

export interface McpCall {
  readonly endpoint: Endpoint;
  readonly session: ApiSession;
  readonly parameters: JsonObject;
  readonly signal: AbortSignal;
  /** Absent when the client does not want to know. */
  readonly onProgress: ((notice: ProgressNotice) => void) | undefined;
  onMessage(message: ApiToast): void;
}

/** Runs a tool. What the app refuses is an answer too: models read it and try again. */
export async function callTool(place: McpPlace, call: McpCall): Promise<CallToolResult> {
  const { host, files: store, fetchPolicy, baseUrl } = place;
  const { endpoint, session, parameters, signal, onMessage } = call;
  const progress = call.onProgress ? new McpProgress(call.onProgress) : undefined;
  const { files } = session.session;
  // The session stays open until its files have been read.
  const release = session.use();
  try {
    const result = await runEndpoint({
      endpoint,
      session,
      parameters,
      plain: {
        files,
        store,
        baseUrl,
        signal,
        policy: { ...fetchPolicy, maxBytes: host.options.maxUploadBytes },
      },
      onMessage,
      onStatus: (status) => progress?.status(status),
      ...(endpoint.isGenerator ? { onValue: (data: JsonObject) => progress?.value(data) } : {}),
    });
    return await resultOf(endpoint, { ...result, files, baseUrl });
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: explain(error, host) }] };
  } finally {
    progress?.end();
    release();
  }
}

/** What a model is told of a failure, and what it can do. */
export function explain(error: unknown, host: AppHost): string {
  const { isDevelopment, log } = host.options;
  if (!(error instanceof CallFailure) && !(error instanceof VitrineError))
    log.error("An MCP request failed", { error });
  const report =
    error instanceof CallFailure ? error.report : describeFailure(error, { isDevelopment }).error;
  const { code, message, hint } = report;
  const parameter = error instanceof CallFailure ? error.report.parameter : undefined;
  const about = parameter === undefined ? "" : ` (parameter "${parameter}")`;
  // An author's words stand for themselves.
  if (code === "USER_ERROR") return `${message}${about}`;
  return `${message}${about}${hint ? ` ${hint}` : ""} [${code}]`;
}
