import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { VitrineError, type OwnedFiles } from "@vitrine/core";
import type { Busboy } from "busboy";
import type { Context } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { bodyChunks, type UploadPace } from "../../http/upload-pace.ts";
import { GradioRefusal, malformed } from "../http/refusal.ts";
import { answerEventStream, beatEveryMs } from "../http/event-stream.ts";
import { pathOf, type GradioFiles } from "./gradio-files.ts";
import type { UploadProgress } from "./upload-progress.ts";

/** Files in one request, at most: clients send more in several. */
const maxFiles = 1000;

export interface UploadOptions {
  readonly files: GradioFiles;
  readonly progress: UploadProgress;
  readonly pace: UploadPace;
  readonly maxBytes: () => Promise<number>;
}

type Route = (context: Context<AppEnv>) => Promise<Response>;

/** `POST upload`: the parts named `files` of a form; answers their paths in order. */
export function uploadRoute(options: UploadOptions): Route {
  return async (context) => {
    const { progress } = options;
    const uploadId = context.req.query("upload_id")?.slice(0, 128);
    if (uploadId !== undefined) progress.begin(uploadId);
    try {
      return context.json(await receiveForm(context, options, uploadId));
    } catch (error) {
      const code = error instanceof VitrineError ? error.code : undefined;
      if (code === "FILE_TOO_LARGE" || code === "FILE_QUOTA")
        return context.text((error as Error).message, 413);
      if (code === "UPLOAD_CUT" || code === "UPLOAD_TOO_SLOW")
        return context.text((error as Error).message, 400);
      throw error;
    } finally {
      if (uploadId !== undefined) progress.end(uploadId);
    }
  };
}

/** `GET upload_progress`: what has come of an upload. */
export function uploadProgressRoute(progress: UploadProgress): Route {
  return async (context) => {
    const id = context.req.query("upload_id");
    if (!id || id.length > 128) throw malformed(["query", "upload_id"], "Expected the id of an upload.");
    if (!(await progress.exists(id))) return context.text("Upload not found", 404);
    let beat: NodeJS.Timeout;
    return answerEventStream(context, {
      onOpen(stream) {
        beat = setInterval(() => stream.write('data: {"msg":"heartbeat"}\n\n'), beatEveryMs).unref();
        progress.watch(id, {
          get isFull() {
            return stream.isFull;
          },
          write: (text) => stream.write(text),
          end() {
            clearInterval(beat);
            stream.end();
          },
        });
      },
      onGone: () => clearInterval(beat),
    });
  };
}

async function receiveForm(
  context: Context<AppEnv>,
  { files, progress, pace, maxBytes }: UploadOptions,
  uploadId: string | undefined,
): Promise<readonly string[]> {
  const limit = await maxBytes();
  const form = await parser(context);
  const owner = files.beginUpload();
  const received: Promise<string>[] = [];
  let failure: unknown;
  form.on("file", (field, part, { filename }) => {
    part.on("error", () => undefined);
    if (field !== "files") return void part.resume();
    const name = typeof filename === "string" && filename !== "" ? filename : "file";
    if (uploadId !== undefined)
      part.on("data", (chunk: Buffer) => progress.received(uploadId, { name, bytes: chunk.byteLength }));
    const path = receiveFile(owner, { part, name, limit });
    // The form is not read to its end for a file that is refused.
    path.catch((error: unknown) => {
      failure ??= error;
      form.destroy(error instanceof Error ? error : undefined);
    });
    received.push(path);
  });
  form.on("filesLimit", () =>
    form.destroy(new GradioRefusal(400, `At most ${maxFiles} files go in one request.`)),
  );
  try {
    await pipeline(Readable.from(bodyChunks(context.req.raw.body, pace)), form);
    return await Promise.all(received);
  } catch (error) {
    await Promise.allSettled(received);
    const cause = failure ?? error;
    if (cause instanceof VitrineError || cause instanceof GradioRefusal) throw cause;
    throw new GradioRefusal(400, "The form could not be read to its end.");
  }
}

async function parser(context: Context<AppEnv>): Promise<Busboy> {
  const type = context.req.header("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new GradioRefusal(400, "Invalid content type.");
  // Only with the first upload: a server that is given none starts without it.
  const { default: busboy } = await import("busboy");
  try {
    return busboy({
      headers: { "content-type": type },
      defParamCharset: "utf8",
      limits: { files: maxFiles, fields: 100, fieldSize: 64 << 10, parts: maxFiles + 100 },
    });
  } catch {
    throw new GradioRefusal(400, "Invalid content type.");
  }
}

interface Part {
  readonly part: Readable;
  readonly name: string;
  readonly limit: number;
}

async function receiveFile(owner: OwnedFiles, { part, name, limit }: Part): Promise<string> {
  const ref = await owner.receive({
    chunks: part as AsyncIterable<Uint8Array>,
    name,
    mimeType: "",
    sizeBytes: undefined,
    maxBytes: limit,
  });
  return pathOf(ref);
}
