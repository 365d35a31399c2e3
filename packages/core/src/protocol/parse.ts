import * as v from "valibot";
import { VitrineError } from "../errors.ts";
import { describeIssue } from "../describe-issue.ts";
import type { JobId } from "../ids.ts";
import { clientMessageSchema, jobNameSchema, type ClientMessage } from "./client-messages.ts";
import { serverMessageSchema, type ServerFrame, type ServerMessage } from "./server-messages.ts";

/** How deep a message may nest. */
const maxDepth = 64;

/** Parses a frame from a page. @throws PROTOCOL_FRAME with the path of the bad field */
export function parseClientMessage(text: string): ClientMessage {
  return parseWith(clientMessageSchema, parseJson(text));
}

/** The job that a refused frame was to run or to cancel, where that can be read. */
export function jobOfRefused(text: string): JobId | undefined {
  try {
    const result = v.safeParse(jobNameSchema, JSON.parse(text));
    return result.success ? result.output.jobId : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a frame from the server. @throws PROTOCOL_FRAME */
export function parseServerFrame(text: string): ServerFrame {
  const frame = parseJson(text);
  if (!Array.isArray(frame) || typeof frame[0] !== "number") {
    throw new VitrineError("PROTOCOL_FRAME", { message: "A server frame expected [seq, message]." });
  }
  return [frame[0], parseWith(serverMessageSchema, frame[1])];
}

/** Parses a message of the event log. @throws PROTOCOL_FRAME */
export function parseServerMessage(text: string): ServerMessage {
  return parseWith(serverMessageSchema, parseJson(text));
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new VitrineError("PROTOCOL_FRAME", { message: "A frame expected JSON text, got something else." });
  }
  if (isDeeperThan(value, maxDepth)) {
    throw new VitrineError("PROTOCOL_FRAME", {
      message: `A frame may nest ${maxDepth} levels deep, got more.`,
    });
  }
  return value;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const item of Object.values(value)) if (isDeeperThan(item, levels - 1)) return true;
  return false;
}

function parseWith<TOutput>(schema: v.GenericSchema<unknown, TOutput>, value: unknown): TOutput {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new VitrineError("PROTOCOL_FRAME", { message: `A frame ${describeIssue(result.issues[0])}.` });
}
