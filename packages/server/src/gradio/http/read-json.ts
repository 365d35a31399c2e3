import type { Context } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../../http/env.ts";
import { GradioRefusal, malformed, malformedBody } from "./refusal.ts";

/** Largest body of a call, in bytes: files go by the upload address. */
const maxBodyBytes = 16 << 20;

/**
 * The JSON body of a request, as the schema has it.
 *
 * @throws GradioRefusal 413 for one that is too large, 422 for one that is not what the schema expects
 */
export async function readJson<TOutput>(
  context: Context<AppEnv>,
  schema: v.GenericSchema<unknown, TOutput>,
): Promise<TOutput> {
  const result = v.safeParse(schema, parse(await readText(context)));
  if (result.success) return result.output;
  throw malformedBody(result.issues);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed(["body"], "Expected a JSON body.");
  }
}

async function readText(context: Context<AppEnv>): Promise<string> {
  const declared = context.req.header("content-length");
  if (declared !== undefined) {
    if (!(Number(declared) <= maxBodyBytes)) throw tooLarge();
    return context.req.text();
  }
  const { body } = context.req.raw;
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): GradioRefusal {
  return new GradioRefusal(413, `A call expected at most ${maxBodyBytes} bytes; upload files instead.`);
}
