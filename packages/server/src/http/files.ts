import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { toFileId, type FileStore, type StoredFile } from "@vitrine/core";
import contentDisposition from "content-disposition";
import { Hono, type Context } from "hono";
import parseRange from "range-parser";
import type { AppEnv } from "./env.ts";
import { answerNotFound } from "./errors.ts";
import { servedType } from "./served-type.ts";

/** `GET` and `HEAD files/<urlKey>/<id>/<name>`: a file this server issued; `?download` saves it in place of showing it. */
export function fileRoutes(store: FileStore): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get("/files/:urlKey/:id/:name", async (context) => {
    const { urlKey, id, name } = context.req.param();
    const file = store.byUrlKey(urlKey)?.locate(toFileId(id));
    if (!file || file.name !== name) return answerNotFound(context);
    return (await answerStoredFile(context, file, id)) ?? answerNotFound(context);
  });
  return routes;
}

/** A stored file, or the part of it that is asked for; undefined when it is not there any more. */
export async function answerStoredFile(
  context: Context,
  file: StoredFile,
  id: string,
): Promise<Response | undefined> {
  // Only what the store put there is opened: not a link that has taken its place.
  const handle = await open(file.path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  return handle && answerFile(context, { file, handle, etag: `"${id}"` });
}

interface OpenFile {
  readonly file: StoredFile;
  readonly handle: FileHandle;
  readonly etag: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

async function answerFile(context: Context, open: OpenFile): Promise<Response> {
  const { file, handle, etag } = open;
  const size = file.sizeBytes;
  setHeaders(context, open);
  if (isKnown(context.req.header("if-none-match"), etag)) {
    await handle.close();
    return context.body(null, 304);
  }
  const span = requestedSpan(context, open);
  if (span === "unsatisfiable") {
    await handle.close();
    context.header("Content-Range", `bytes */${size}`);
    return context.body(null, 416);
  }
  const { start, end } = span ?? { start: 0, end: size - 1 };
  if (span) context.header("Content-Range", `bytes ${start}-${end}/${size}`);
  context.header("Content-Length", String(end - start + 1));
  const status = span ? 206 : 200;
  if (context.req.method === "HEAD" || end < start) {
    await handle.close();
    return context.body(null, status);
  }
  return context.body(toWebStream(handle, { start, end }), status);
}

function setHeaders(context: Context, { file, etag }: OpenFile): void {
  const { contentType, isInline, policy } = servedType(file.mimeType);
  const isDownload = context.req.query("download") !== undefined || !isInline;
  context.header("Content-Type", contentType);
  context.header("Content-Disposition", disposition(file.name, isDownload));
  context.header("Content-Security-Policy", policy);
  context.header("X-Content-Type-Options", "nosniff");
  context.header("Cross-Origin-Resource-Policy", "same-origin");
  // A reference names one content for ever, and only one session knows it.
  context.header("Cache-Control", "private, max-age=31536000, immutable");
  context.header("Accept-Ranges", "bytes");
  context.header("ETag", etag);
}

function disposition(name: string, isDownload: boolean): string {
  return contentDisposition(name, { type: isDownload ? "attachment" : "inline" });
}

function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((known) => known.trim() === "*" || known.trim().replace(/^W\//, "") === etag);
}

/** What `Range` asks for; undefined for the whole file: no range, several, one that cannot be read, or of another version. */
function requestedSpan(context: Context, { file, etag }: OpenFile): Span | "unsatisfiable" | undefined {
  const range = context.req.header("range");
  const onlyIf = context.req.header("if-range");
  if (range === undefined || (onlyIf !== undefined && onlyIf !== etag)) return undefined;
  // Several ranges in one answer help no player, and cost a server much.
  if (!/^bytes=\s*(\d+-\d*|-\d+)\s*$/.test(range)) return undefined;
  const spans = parseRange(file.sizeBytes, range);
  if (spans === -2) return undefined;
  return spans === -1 ? "unsatisfiable" : (spans[0] ?? undefined);
}

function toWebStream(handle: FileHandle, { start, end }: Span): ReadableStream<Uint8Array> {
  const stream = handle.createReadStream({ start, end, highWaterMark: 256 * 1024 });
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}
