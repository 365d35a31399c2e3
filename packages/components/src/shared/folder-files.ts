import { createHash } from "node:crypto";
import { copyFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  toFileId,
  VitrineError,
  type FileRef,
  type Files,
  type NewFile,
  type StoredFile,
} from "@vitrine/core";

/** Files in a temporary folder, for tests of components. */
export interface FolderFiles extends Files, AsyncDisposable {
  /** Puts a file there as an upload would, of a type that the server would find. */
  upload(name: string, content: string | Uint8Array, mimeType: string): Promise<FileRef>;
}

export async function createFolderFiles(): Promise<FolderFiles> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-test-"));
  const stored = new Map<string, StoredFile>();
  const add = async (
    name: string,
    mimeType: string,
    write: (path: string) => Promise<void>,
  ): Promise<FileRef> => {
    const path = join(folder, `${stored.size}-${name}`);
    await write(path);
    const { size: sizeBytes } = await stat(path);
    const id = toFileId(createHash("sha256").update(path).digest("hex"));
    stored.set(id, { path, name, mimeType, sizeBytes });
    return {
      kind: "file",
      id,
      name,
      sizeBytes,
      mimeType,
      url: `files/key/${id}/${encodeURIComponent(name)}`,
    };
  };
  return {
    upload: (name, content, mimeType) => add(name, mimeType, (path) => writeFile(path, content)),
    async open(ref) {
      const file = stored.get(ref.id);
      if (file) return file;
      throw new VitrineError("FILE_UNKNOWN", { message: "This session has no such file." });
    },
    keep({ source, name, mimeType }: NewFile) {
      if ("bytes" in source) {
        return add(name ?? "file", mimeType ?? typeByName(name ?? ""), (path) =>
          writeFile(path, source.bytes),
        );
      }
      const shown = name ?? basename(source.path);
      return add(shown, mimeType ?? typeByName(shown), (path) => copyFile(source.path, path));
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true });
    },
  };
}

const typesByExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  svg: "image/svg+xml",
  mp4: "video/mp4",
  txt: "text/plain",
};

function typeByName(name: string): string {
  return typesByExtension[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}
