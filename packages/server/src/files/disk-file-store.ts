import { randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync, statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { FileStore, OwnedFiles } from "@vitrine/core";
import { DiskFiles, type DiskFilesOptions } from "./disk-files.ts";
import { StoreRoom } from "./store-room.ts";

export interface DiskFileStoreOptions {
  /** Folder in which the store makes one of its own. @default the system's temporary folder */
  readonly folder?: string;
  /**
   * Most bytes kept for one session. Beyond it the oldest files that functions made give way; uploads never do.
   *
   * @default 4 GiB
   */
  readonly quotaBytes?: number;
  /** Most files kept for one session, as above. @default 10000 */
  readonly quotaFiles?: number;
  /**
   * Most bytes kept for all sessions together. Beyond it a session's own oldest files that functions made give way, and
   * what then does not fit is refused; files of other sessions stay.
   *
   * @default nine tenths of what was free on the disk when the store was made
   */
  readonly totalQuotaBytes?: number;
  /**
   * Folders and files besides the working directory and the temporary folder whose files functions may return by path.
   * @default none
   */
  readonly allowedPaths?: readonly string[];
}

const appOwner = "app";

/**
 * Keeps files on this machine's disk, in a folder that only this process's user reads and that `close` deletes.
 *
 * @example const files = createFileStore({ quotaBytes: 1 << 30 });
 */
export function createFileStore(options: DiskFileStoreOptions = {}): FileStore {
  return new DiskFileStore(options);
}

class DiskFileStore implements FileStore {
  readonly #options: Omit<DiskFilesOptions, "folder" | "shared" | "isAnyAllowed">;
  readonly #folder: string;
  readonly #owners = new Map<string, DiskFiles>();
  readonly #byUrlKey = new Map<string, DiskFiles>();

  constructor(options: DiskFileStoreOptions) {
    // A folder with a new name: what lies beside it is somebody else's.
    this.#folder = realpathSync(mkdtempSync(join(resolve(options.folder ?? tmpdir()), "vitrine-")));
    this.#options = {
      quotaBytes: options.quotaBytes ?? 4 * 2 ** 30,
      quotaFiles: options.quotaFiles ?? 10_000,
      room: new StoreRoom(options.totalQuotaBytes ?? freeBytes(this.#folder) * 0.9),
      allowedPaths: options.allowedPaths ?? [],
    };
  }

  of(owner: string): OwnedFiles {
    const known = this.#owners.get(owner);
    if (known) return known;
    const isApp = owner === appOwner;
    const files = new DiskFiles({
      ...this.#options,
      // Named by chance: nothing a visitor knows leads to it.
      folder: join(this.#folder, randomBytes(16).toString("hex")),
      shared: isApp ? undefined : () => this.#owners.get(appOwner),
      isAnyAllowed: isApp,
    });
    this.#owners.set(owner, files);
    this.#byUrlKey.set(files.urlKey, files);
    return files;
  }

  byUrlKey(urlKey: string): OwnedFiles | undefined {
    return this.#byUrlKey.get(urlKey);
  }

  async drop(owner: string): Promise<void> {
    const files = this.#owners.get(owner);
    if (!files) return;
    this.#owners.delete(owner);
    this.#byUrlKey.delete(files.urlKey);
    await files.drop();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#owners.keys()].map((owner) => this.drop(owner)));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What this process may still write to the disk of a folder. */
function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
