import { randomBytes } from "node:crypto";
import { VitrineError, type ApiSession, type AppHost, type Json, type JsonObject } from "@vitrine/core";
import type { Context } from "hono";
import type { AppEnv } from "../http/env.ts";
import { clientRequest } from "../http/client-request.ts";
import { isObject } from "./plain-schema.ts";

/** Names the session of a call; State and files belong to it. */
export const sessionHeader = "x-session";

/** Largest body of a call, in bytes: what is larger is uploaded as a file. */
const maxBodyBytes = 16 << 20;

/**
 * The session a call names, or a new one. The answer names it, so that the client can go on with it.
 *
 * @throws SESSION_UNKNOWN for a name that others could guess; SESSION_LIMIT
 */
export async function openSession(context: Context<AppEnv>, host: AppHost): Promise<OpenedSession> {
  const given = context.req.header(sessionHeader);
  if (given !== undefined && !/^[\w.~-]{16,200}$/.test(given)) {
    throw new VitrineError("SESSION_UNKNOWN", {
      message: `${sessionHeader} expected 16 to 200 letters, digits and signs of -._~, got ${given.length} signs.`,
      hint: "Choose a name nobody guesses, such as a UUID, or leave the header out and take the one of the answer.",
    });
  }
  const name = given ?? randomBytes(24).toString("base64url");
  context.header(sessionHeader, name);
  const session = await host.apiSessions.open("rest", name, clientRequest(context));
  return { session, isNamed: given !== undefined };
}

export interface OpenedSession {
  readonly session: ApiSession;
  /** Whether the client chose it, and may come back to it. */
  readonly isNamed: boolean;
}

/** @throws PAYLOAD_INVALID, PAYLOAD_TOO_LARGE, UPLOAD_CUT */
export async function readParameters(context: Context<AppEnv>): Promise<JsonObject> {
  const text = await readText(context);
  const parameters = text === "" ? {} : parseJson(text);
  if (isObject(parameters)) return parameters;
  throw new VitrineError("PAYLOAD_INVALID", {
    message: `A call expected an object of parameters by name, got ${Array.isArray(parameters) ? "a list" : typeof parameters}.`,
  });
}

async function readText(context: Context<AppEnv>): Promise<string> {
  const { body } = context.req.raw;
  if (Number(context.req.header("content-length") ?? 0) > maxBodyBytes) throw bodyTooLarge();
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxBodyBytes) throw bodyTooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof VitrineError) throw cause;
    throw new VitrineError("UPLOAD_CUT", { message: "The call was cut before its end.", cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new VitrineError("PAYLOAD_INVALID", { message: "A call expected a body of JSON.", cause });
  }
}

function bodyTooLarge(): VitrineError {
  return new VitrineError("PAYLOAD_TOO_LARGE", {
    message: `A call expected at most ${maxBodyBytes >> 20} MiB; this one is larger.`,
    hint: "Upload large files first, and send the address that answers.",
  });
}
