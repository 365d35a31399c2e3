import { VitrineError, type OwnedFiles } from "@vitrine/core";
import { Hono, type Context } from "hono";
import { tooLarge } from "../files/write-content.ts";
import type { AppEnv } from "./env.ts";
import { bodyChunks, defaultUploadPace, type UploadPace } from "./upload-pace.ts";

/** What a page shows to prove that a session is its own. */
export interface SessionCredentials {
  readonly sessionId: string;
  readonly secret: string;
}

export interface UploadRoutesOptions {
  /** The files of the session that the credentials open; undefined when they open none. */
  openFiles(credentials: SessionCredentials, context: Context<AppEnv>): Promise<OwnedFiles | undefined>;
  /** Largest upload in bytes; asked for each upload. */
  readonly maxUploadBytes: () => number | Promise<number>;
  readonly pace?: Partial<UploadPace>;
}

/**
 * `POST upload?name=<name>`: one file as the raw body, with the session's credentials in `x-vitrine-session`. Answers
 * the reference to the file.
 */
export function uploadRoutes(options: UploadRoutesOptions): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post("/upload", async (context) => {
    const files = await openFiles(context, options);
    const maxBytes = await options.maxUploadBytes();
    const sizeBytes = declaredSize(context);
    // Refused by what is announced: nothing of the body is read.
    if (sizeBytes !== undefined && sizeBytes > maxBytes) throw tooLarge(maxBytes);
    refuseEncoded(context);
    const ref = await files.receive({
      chunks: bodyChunks(context.req.raw.body, { ...defaultUploadPace, ...options.pace }),
      name: context.req.query("name") ?? "",
      mimeType: context.req.header("content-type") ?? "",
      sizeBytes,
      maxBytes,
    });
    context.header("Cache-Control", "no-store");
    return context.json(ref, 201);
  });
  return routes;
}

async function openFiles(context: Context<AppEnv>, options: UploadRoutesOptions): Promise<OwnedFiles> {
  const header = context.req.header("x-vitrine-session") ?? "";
  const [, sessionId, secret] = /^([\w-]{1,200})\.([\w-]{1,200})$/.exec(header) ?? [];
  const files = sessionId && secret ? await options.openFiles({ sessionId, secret }, context) : undefined;
  if (files) return files;
  throw new VitrineError("SESSION_UNKNOWN", {
    message: "An upload needs the credentials of an open session.",
    hint: "Reload the page, then send the file again.",
  });
}

function declaredSize(context: Context): number | undefined {
  const header = context.req.header("content-length");
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** A packed body would be unpacked by nobody, and its real size is unknown. */
function refuseEncoded(context: Context): void {
  const encoding = context.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() === "identity") return;
  throw new VitrineError("FILE_TYPE", {
    message: "An upload expected the file as it is, got a body with a Content-Encoding.",
    hint: "Send the file without Content-Encoding.",
  });
}
