import { VitrineError, type FileId, type StoredFile } from "@vitrine/core";
import type { StoreRoom } from "./store-room.ts";
import { describeBytes } from "./write-content.ts";

export interface Quota {
  readonly quotaBytes: number;
  readonly quotaFiles: number;
  /** Shared with the store's other owners, whose files stay when it is used up. */
  readonly room: StoreRoom;
}

export interface KeptFile extends StoredFile {
  /** Of the content; several names may share one. */
  readonly hash: string;
  /** Made by a function, so that newer ones may take its place; what a visitor uploaded stays. */
  readonly isReplaceable: boolean;
}

/** What one owner keeps, and the room it takes. An app that shows picture after picture fills no disk. */
export class KeptFiles {
  readonly #quota: Quota;
  readonly #onReplaced: (file: KeptFile) => void;
  /** The one used longest ago stands first. */
  readonly #files = new Map<FileId, KeptFile>();
  readonly #idsByPath = new Map<string, FileId>();
  readonly #idsByContent = new Map<string, Set<FileId>>();
  #usedBytes = 0;
  #usedFiles = 0;

  /** `onReplaced` deletes a file that has given way. */
  constructor(quota: Quota, onReplaced: (file: KeptFile) => void) {
    this.#quota = quota;
    this.#onReplaced = onReplaced;
  }

  get(id: FileId): KeptFile | undefined {
    return this.#files.get(id);
  }

  idAt(path: string): FileId | undefined {
    return this.#idsByPath.get(path);
  }

  /** Where this content lies already, under whatever name. */
  pathOfContent(hash: string): string | undefined {
    const [id] = this.#idsByContent.get(hash) ?? [];
    return id === undefined ? undefined : this.#files.get(id)?.path;
  }

  /** Its room has been reserved before. */
  add(id: FileId, file: KeptFile): void {
    this.#files.set(id, file);
    this.#idsByPath.set(file.path, id);
    const ids = this.#idsByContent.get(file.hash);
    if (ids) ids.add(id);
    else this.#idsByContent.set(file.hash, new Set([id]));
  }

  /** It is used again, so others give way first. */
  touch(id: FileId): void {
    const file = this.#files.get(id);
    if (!file) return;
    this.#files.delete(id);
    this.#files.set(id, file);
  }

  clear(): void {
    // What is still arriving gives its room back itself.
    for (const [first] of this.#idsByContent.values())
      this.release({ bytes: first === undefined ? 0 : (this.#files.get(first)?.sizeBytes ?? 0) });
    this.#files.clear();
    this.#idsByPath.clear();
    this.#idsByContent.clear();
  }

  /** @throws FILE_QUOTA; STORE_FULL */
  reserveBytes(bytes: number): void {
    const { quotaBytes, room } = this.#quota;
    while (this.#usedBytes + bytes > quotaBytes && this.#replaceOldest());
    if (this.#usedBytes + bytes > quotaBytes) {
      throw new VitrineError("FILE_QUOTA", {
        message: `This session may keep ${describeBytes(quotaBytes)} of files, and this one does not fit.`,
      });
    }
    while (!room.has(bytes) && this.#replaceOldest());
    room.take(bytes);
    this.#usedBytes += bytes;
  }

  /** @throws FILE_QUOTA */
  reserveFile(): void {
    const { quotaFiles } = this.#quota;
    while (this.#usedFiles >= quotaFiles && this.#replaceOldest());
    if (this.#usedFiles >= quotaFiles) {
      throw new VitrineError("FILE_QUOTA", {
        message: `This session may keep ${quotaFiles} files, and has them.`,
      });
    }
    this.#usedFiles++;
  }

  /** Gives back room that was reserved and is not used. */
  release(room: { readonly bytes?: number; readonly files?: number }): void {
    // Never more than was reserved: an owner that is dropped meanwhile has given it back before.
    const bytes = Math.min(room.bytes ?? 0, this.#usedBytes);
    this.#usedBytes -= bytes;
    this.#quota.room.giveBack(bytes);
    this.#usedFiles -= room.files ?? 0;
  }

  #replaceOldest(): boolean {
    for (const [id, file] of this.#files) {
      if (!file.isReplaceable) continue;
      this.#files.delete(id);
      this.#idsByPath.delete(file.path);
      const ids = this.#idsByContent.get(file.hash);
      ids?.delete(id);
      const isLast = ids?.size === 0;
      if (isLast) this.#idsByContent.delete(file.hash);
      this.release({ files: 1, bytes: isLast ? file.sizeBytes : 0 });
      this.#onReplaced(file);
      return true;
    }
    return false;
  }
}
