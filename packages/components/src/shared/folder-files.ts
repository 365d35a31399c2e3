import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
  /** Names of what components gave to keep, in their order. */
  readonly keptNames: readonly string[];
}

export async function createFolderFiles(): Promise<FolderFiles> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-test-"));
  const stored = new Map<string, StoredFile>();
  const keptNames: string[] = [];
  const add = async (name: string, mimeType: string, content: Uint8Array): Promise<FileRef> => {
    const id = toFileId(createHash("sha256").update(name).update(content).digest("hex"));
    const path = join(folder, `${id.slice(0, 8)}-${name}`);
    await writeFile(path, content);
    const sizeBytes = content.byteLength;
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
    keptNames,
    upload: (name, content, mimeType) => add(name, mimeType, Buffer.from(content)),
    async open(ref) {
      const file = stored.get(ref.id);
      if (file) return file;
      throw new VitrineError("FILE_UNKNOWN", { message: "This session has no such file." });
    },
    async keep({ source, name, mimeType }: NewFile) {
      const shown = name ?? ("path" in source ? basename(source.path) : "file");
      keptNames.push(shown);
      const content = "bytes" in source ? source.bytes : await readFile(source.path);
      return add(shown, mimeType ?? typeByName(shown), content);
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
