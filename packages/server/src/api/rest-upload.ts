import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { VitrineError, type FileRef, type OwnedFiles } from "@vitrine/core";
import type { Context } from "hono";
import { tooLarge } from "../files/write-content.ts";
import type { AppEnv } from "../http/env.ts";
import { bodyChunks, type UploadPace } from "../http/upload-pace.ts";

export interface UploadLimits {
  readonly maxBytes: number;
  readonly pace: UploadPace;
}

/** Loaded with the first form: most clients send the file itself. */
const loadForms = () => import("busboy");

/**
 * Keeps the file of a request: its body as it is, or the one file of a form.
 *
 * @throws FILE_TOO_LARGE, FILE_QUOTA, UPLOAD_CUT, UPLOAD_TOO_SLOW, PAYLOAD_INVALID
 */
export async function receiveUpload(
  context: Context<AppEnv>,
  files: OwnedFiles,
  limits: UploadLimits,
): Promise<FileRef> {
  const { maxBytes, pace } = limits;
  const mimeType = context.req.header("content-type") ?? "";
  const length = context.req.header("content-length") ?? "";
  const sizeBytes = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  // Refused by what is announced: nothing of the body is read.
  if (sizeBytes !== undefined && sizeBytes > maxBytes + maxFormBytes) throw tooLarge(maxBytes);
  if (/^multipart\/form-data\s*;/i.test(mimeType)) return receiveForm(context, files, limits);
  const chunks = bodyChunks(context.req.raw.body, pace);
  return files.receive({ chunks, name: context.req.query("name") ?? "", mimeType, sizeBytes, maxBytes });
}

/** What a form may have around its file, in bytes. */
const maxFormBytes = 64 << 10;

async function receiveForm(
  context: Context<AppEnv>,
  files: OwnedFiles,
  { maxBytes, pace }: UploadLimits,
): Promise<FileRef> {
  const form = await openForm(context.req.header("content-type") ?? "");
  let received: Promise<FileRef> | undefined;
  form.on("file", (_field, part, { filename }) => {
    part.on("error", () => undefined);
    const name = context.req.query("name") ?? (filename || "file");
    received = files.receive({ chunks: part, name, mimeType: "", sizeBytes: undefined, maxBytes });
    // The form is not read to its end for a file that is refused.
    received.catch((error: unknown) => form.destroy(error instanceof Error ? error : undefined));
  });
  form.on("filesLimit", () => form.destroy(badForm("A form expected one file, got several.")));
  try {
    await pipeline(Readable.from(bodyChunks(context.req.raw.body, pace)), form);
  } catch (error) {
    await received?.catch(() => undefined);
    if (error instanceof VitrineError) throw error;
    throw badForm("The form could not be read to its end.", error);
  }
  if (received) return received;
  throw badForm("A form expected one file, got none.");
}

async function openForm(contentType: string) {
  const { default: busboy } = await loadForms();
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      limits: { files: 1, fields: 10, fieldSize: 1 << 10, parts: 20 },
    });
  } catch (cause) {
    throw badForm("The form names no boundary.", cause);
  }
}

function badForm(message: string, cause?: unknown): VitrineError {
  return new VitrineError("PAYLOAD_INVALID", {
    message,
    hint: "Send one file, as the body itself or as the one file of a form.",
    cause,
  });
}
