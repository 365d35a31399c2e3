import { toFileId, type FileRef } from "@vitrine/core";

/** A reference as a visitor's page would hold it, for documentation. It names no file that exists. */
export function exampleFile(name: string, mimeType: string): FileRef {
  const id = toFileId("0123456789abcdef".repeat(4));
  return {
    kind: "file",
    id,
    name,
    sizeBytes: 1024,
    mimeType,
    url: `files/key/${id}/${encodeURIComponent(name)}`,
  };
}
