import { serverMessageSchema, type ServerFrame } from "@vitrine/core";
import * as v from "valibot";

const frameSchema = v.tuple([v.number(), serverMessageSchema]);

/** A frame of the server; undefined when it is none that this page understands. */
export function parseFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const result = v.safeParse(frameSchema, JSON.parse(data));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
