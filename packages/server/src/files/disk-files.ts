import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  toFileId,
  VitrineError,
  type FileId,
  type FileRef,
  type NewFile,
  type OwnedFiles,
  type StoredFile,
  type Upload,
} from "@vitrine/core";
import { openAuthorFile } from "./author-file.ts";
import { detectType } from "./detect-type.ts";
import { toDiskName, toShownName } from "./safe-name.ts";
import { KeptFiles } from "./kept-files.ts";
import type { StoreRoom } from "./store-room.ts";
import { writeContent, type Incoming } from "./write-content.ts";

export interface DiskFilesOptions {
  readonly folder: string;
  readonly quotaBytes: number;
  readonly quotaFiles: number;
  readonly room: StoreRoom;
  readonly allowedPaths: readonly string[];
  readonly isAnyAllowed: boolean;
  /** Files this owner may read besides its own. */
  readonly shared: (() => DiskFiles | undefined) | undefined;
}

interface Naming {
  readonly name: string;
  /** What the author says it is. @default by content */
  readonly mimeType?: string | undefined;
  readonly isReplaceable: boolean;
}

/** The files of one owner, each content kept once. */
export class DiskFiles implements OwnedFiles {
  readonly urlKey = randomBytes(24).toString("base64url");
  readonly #options: DiskFilesOptions;
  readonly #kept: KeptFiles;
  #isDropped = false;
  /** Files find their places one after another, so that the same one arriving twice at once has one place. */
  #settling: Promise<unknown> = Promise.resolve();

  constructor(options: DiskFilesOptions) {
    this.#options = options;
    this.#kept = new KeptFiles(options, (file) => this.#delete(file));
  }

  locate(id: FileId): StoredFile | undefined {
    return this.#kept.get(id);
  }

  async open(ref: FileRef): Promise<StoredFile> {
    this.#kept.touch(ref.id);
    const file = this.locate(ref.id) ?? this.#options.shared?.()?.locate(ref.id);
    if (file) return file;
    throw new VitrineError("FILE_UNKNOWN", {
      message: `This session has no file like "${toShownName(ref.name)}".`,
    });
  }

  receive(upload: Upload): Promise<FileRef> {
    const { chunks, sizeBytes, maxBytes } = upload;
    return this.#add(
      { chunks, sizeBytes, maxBytes },
      { name: toShownName(upload.name), isReplaceable: false },
    );
  }

  async keep({ source, name, mimeType }: NewFile): Promise<FileRef> {
    const isReplaceable = !this.#options.isAnyAllowed;
    if ("bytes" in source) {
      return this.#add(
        { chunks: [source.bytes], maxBytes: Infinity },
        { name: toShownName(name ?? "file"), mimeType, isReplaceable },
      );
    }
    const file = await openAuthorFile(source.path, this.#options);
    try {
      const known = this.#kept.idAt(file.path);
      // A function that returns what it was given shows the same file.
      if (known !== undefined && name === undefined) return this.#refTo(known);
      const chunks = file.handle.createReadStream({ autoClose: false });
      return await this.#add(
        { chunks, maxBytes: Infinity },
        { name: toShownName(name ?? basename(file.asked)), mimeType, isReplaceable },
      );
    } finally {
      await file.handle.close();
    }
  }

  /** Forgets and deletes them all; what is still arriving is refused. */
  async drop(): Promise<void> {
    this.#isDropped = true;
    this.#kept.clear();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #add(content: Omit<Incoming, "reserve">, naming: Naming): Promise<FileRef> {
    this.#assertLives();
    this.#kept.reserveFile();
    let reserved = 0;
    const reserve = (bytes: number): void => {
      this.#kept.reserveBytes(bytes);
      reserved += bytes;
    };
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      const path = join(this.#options.folder, randomUUID());
      const { hash, sizeBytes } = await writeContent(path, { ...content, reserve });
      const kept = await this.#inTurn(() => this.#settle({ path, hash, sizeBytes, ...naming }));
      this.#kept.release({ bytes: kept.isSameContent ? reserved : 0, files: kept.isSameFile ? 1 : 0 });
      return this.#refTo(kept.id);
    } catch (error) {
      this.#kept.release({ bytes: reserved, files: 1 });
      if (this.#isDropped) await rm(this.#options.folder, { recursive: true, force: true });
      this.#assertLives(error);
      throw error;
    }
  }

  /** Gives an arrived file its id and its place. The same content under the same name is the same file. */
  async #settle(file: Arrived): Promise<Settled> {
    try {
      const mimeType = file.mimeType ?? (await detectType(file.path, file.name));
      // Keyed by something unguessable: knowing a content does not mean knowing its id.
      const digest = createHmac("sha256", this.urlKey).update(`${file.hash}\n${mimeType}\n${file.name}`);
      const id = toFileId(digest.digest("hex"));
      this.#assertLives();
      const isSameFile = this.#kept.get(id) !== undefined;
      const isSameContent = this.#kept.pathOfContent(file.hash) !== undefined;
      if (isSameFile) await rm(file.path, { force: true });
      else await this.#place(file, { id, mimeType });
      return { id, isSameFile, isSameContent };
    } catch (error) {
      await rm(file.path, { force: true });
      throw error;
    }
  }

  async #place(
    file: Arrived,
    { id, mimeType }: { readonly id: FileId; readonly mimeType: string },
  ): Promise<void> {
    const folder = join(this.#options.folder, id);
    const path = join(folder, toDiskName(file.name));
    const known = this.#kept.pathOfContent(file.hash);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Another name of a content that is here already takes no more room, where the file system has links.
    const isLinked = known !== undefined && (await isDone(link(known, path)));
    await (isLinked ? rm(file.path, { force: true }) : rename(file.path, path));
    this.#assertLives();
    const { name, sizeBytes, hash, isReplaceable } = file;
    this.#kept.add(id, { path, name, mimeType, sizeBytes, hash, isReplaceable });
  }

  /** In turn, so that the same file coming back at once finds its place free. */
  #delete(file: StoredFile): void {
    void this.#inTurn(() => rm(dirname(file.path), { recursive: true, force: true })).catch(() => undefined);
  }

  #inTurn<TResult>(work: () => Promise<TResult>): Promise<TResult> {
    const turn = this.#settling.then(work);
    this.#settling = turn.catch(() => undefined);
    return turn;
  }

  #refTo(id: FileId): FileRef {
    const file = this.#kept.get(id);
    if (!file) throw gone();
    this.#kept.touch(id);
    const { name, sizeBytes, mimeType } = file;
    const url = `files/${this.urlKey}/${id}/${encodeURIComponent(name)}`;
    return { kind: "file", id, name, sizeBytes, mimeType: mimeType.slice(0, 120), url };
  }

  #assertLives(cause?: unknown): void {
    if (this.#isDropped) throw gone(cause);
  }
}

interface Arrived extends Naming {
  readonly path: string;
  readonly hash: string;
  readonly sizeBytes: number;
}

interface Settled {
  readonly id: FileId;
  readonly isSameFile: boolean;
  readonly isSameContent: boolean;
}

function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function gone(cause?: unknown): VitrineError {
  return new VitrineError("FILE_UNKNOWN", { message: "The session of this file is over.", cause });
}
