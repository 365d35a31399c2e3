import { watch, type FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What a script may read when it is loaded; not what apps are likely to write while they run. */
const assets = /\.(css|html|md|svg)$/i;

/** Editors write a file in several steps. */
const quietMs = 30;

/** Calls back when one of the files it watches is saved. Watches their folders, as editors replace files whole. */
export class FileWatcher {
  readonly #onChange: () => void;
  readonly #folders = new Map<string, FSWatcher>();
  #files: ReadonlySet<string>;
  /** After a failure any file may be the missing one. */
  #isRepairExpected = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string, onChange: () => void) {
    this.#onChange = onChange;
    this.#files = new Set([file]);
    this.#watchFolder(dirname(file));
  }

  /** Watches these files from now on, and no others. */
  watch(files: readonly string[]): void {
    this.#isRepairExpected = false;
    this.#files = new Set(files);
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) this.#watchFolder(folder);
  }

  /** Also calls back for any change near the files, until `watch` names them again. */
  expectRepair(files: readonly string[]): void {
    this.#isRepairExpected = true;
    for (const file of files) this.#watchFolder(dirname(file));
  }

  #watchFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    const watcher = watch(folder, (_event, name) => this.#changed(folder, name));
    // A folder that is deleted has nothing more to say.
    watcher.on("error", () => undefined);
    this.#folders.set(folder, watcher);
  }

  #changed(folder: string, name: string | null): void {
    const isKnown = name === null || assets.test(name) || this.#files.has(join(folder, basename(name)));
    if (!isKnown && !this.#isRepairExpected) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, quietMs);
  }
}
