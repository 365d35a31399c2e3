import type { FileRef } from "@vitrine/core";

interface FileSender {
  upload(file: Blob): Promise<FileRef>;
  /** The file of this machine at a path. */
  open(path: string): Promise<Blob>;
}

/** Uploads every file in what is to be sent, wherever it stands, and puts its reference in its place. */
export async function uploadFiles(value: unknown, sender: FileSender): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Blob) return sender.upload(value);
  if (value instanceof Uint8Array) return sender.upload(new Blob([new Uint8Array(value)]));
  if (isLocalFile(value)) return sender.upload(await sender.open(value.localPath));
  if (Array.isArray(value)) return Promise.all(value.map((item: unknown) => uploadFiles(item, sender)));
  const entries = Object.entries(value).map(
    async ([name, item]) => [name, await uploadFiles(item, sender)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function isLocalFile(value: object): value is { readonly localPath: string } {
  return "localPath" in value && typeof value.localPath === "string" && Object.keys(value).length === 1;
}
