import { toFileId, type FileRef } from "@vitrine/core";
import * as v from "valibot";
import type { SessionKey } from "./connection.ts";

interface SendFileOptions {
  readonly session: SessionKey;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the page reads of an answer; the server checks references by core's own schema when they come back. */
const answerSchema = v.object({
  kind: v.literal("file"),
  id: v.pipe(v.string(), v.transform(toFileId)),
  name: v.string(),
  sizeBytes: v.number(),
  mimeType: v.string(),
  url: v.string(),
});
const refusalSchema = v.object({ error: v.object({ message: v.string(), hint: v.optional(v.string()) }) });

/** Uploads a file for this session. @throws an Error whose message may be shown; an AbortError when taken back */
export function sendFile(
  file: Blob & { readonly name?: string },
  options: SendFileOptions,
): Promise<FileRef> {
  const { session, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const takeBack = () => reject(new DOMException("The upload was taken back.", "AbortError"));
    // A request that is aborted before it is sent would be sent nevertheless.
    if (signal?.aborted) return takeBack();
    // fetch tells no upload progress in every browser.
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("POST", `upload?name=${encodeURIComponent(file.name ?? "file")}`);
    request.setRequestHeader("x-vitrine-session", `${session.id}.${session.secret}`);
    if (file.type) request.setRequestHeader("content-type", file.type);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => settle(request, { resolve, reject });
    request.onerror = () => reject(new Error("The connection broke while the file was sent. Send it again."));
    request.onabort = takeBack;
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    request.send(file);
  });
}

interface Settle {
  resolve(ref: FileRef): void;
  reject(error: Error): void;
}

function settle(request: XMLHttpRequest, { resolve, reject }: Settle): void {
  const answer = parseJson(request.responseText);
  const ref = v.safeParse(answerSchema, answer);
  if (request.status < 300 && ref.success) return resolve(ref.output);
  const refusal = v.safeParse(refusalSchema, answer);
  const { message, hint = "" } = refusal.success
    ? refusal.output.error
    : { message: `The server did not take the file (${request.status}).` };
  reject(new Error(`${message} ${hint}`.trim()));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
