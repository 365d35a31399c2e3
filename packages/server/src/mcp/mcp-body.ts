import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "../http/env.ts";

/** Largest request, in bytes: files are sent by their address. */
const maxBodyBytes = 16 << 20;
const maxBodyText = `${maxBodyBytes >> 20} MiB`;

/** The body of a request as JSON, or the answer that refuses it. */
export async function readJsonRpc(context: Context<AppEnv>): Promise<{ readonly value: unknown } | Response> {
  if (Number(context.req.header("content-length") ?? 0) > maxBodyBytes) return answerTooLarge(context);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (context.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) return answerTooLarge(context);
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown };
  } catch {
    return answerError(context, 400, { code: -32_700, message: "Parse error: expected JSON." });
  }
}

function answerTooLarge(context: Context<AppEnv>): Response {
  return answerError(context, 413, {
    code: -32_600,
    message: `A request expected at most ${maxBodyText}; send the address of a file in place of the file.`,
  });
}

function answerError(
  context: Context<AppEnv>,
  status: ContentfulStatusCode,
  error: { readonly code: number; readonly message: string },
): Response {
  return context.json({ jsonrpc: "2.0", error, id: null }, status);
}
