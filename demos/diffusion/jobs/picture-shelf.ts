import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { saveFile } from "../images/save-file.ts";
import type { JobKind } from "./job.ts";

/** A picture that was just made. */
export interface NewPicture {
  readonly kind: JobKind;
  /** The encoded file, its texts included. */
  readonly bytes: Uint8Array;
  /** File name without number and extension. */
  readonly name: string;
  /** With the dot. */
  readonly extension: string;
  /** What a gallery says below it. */
  readonly caption: string;
  /** How it was made. */
  readonly parameters: string;
  readonly seed?: number;
  /** The file it was made from. */
  readonly sourcePath?: string;
  /** Whether it is a by-product, such as a mirrored copy, of another that was made before it. */
  readonly isBranch?: boolean;
  /** Whether it was stopped half-way. */
  readonly isIncomplete?: boolean;
  /** Whether it shows the others of its job. */
  readonly isGrid?: boolean;
}

/** A finished picture that waits for its owner. */
export interface StudioPicture extends Omit<NewPicture, "bytes" | "extension"> {
  /** The file's name; no two on a shelf share one. */
  readonly fileName: string;
  readonly path: string;
}

/** Each kind's pictures beyond this are given up, oldest first. */
const mostPictures = 200;

/** One user's finished pictures, newest first, as files of a folder of their own. */
export class PictureShelf {
  readonly #folder: string;
  #pictures: readonly StudioPicture[] = [];
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(kind: JobKind): readonly StudioPicture[] {
    return this.#pictures.filter((picture) => picture.kind === kind);
  }

  /** Among all kinds. */
  find(fileName: string): StudioPicture | undefined {
    return this.#pictures.find((picture) => picture.fileName === fileName);
  }

  /** @throws {StudioError} `FOLDER_UNWRITABLE` */
  async keep({ bytes, extension, ...picture }: NewPicture): Promise<StudioPicture> {
    const base = `${String(this.#count++).padStart(5, "0")}-${picture.name}`;
    const path = await saveFile(bytes, { folder: this.#folder, base, ending: extension });
    const kept = { ...picture, path, fileName: basename(path) };
    this.#pictures = [kept, ...this.#pictures];
    await this.#giveUp(this.of(kept.kind).slice(mostPictures));
    return kept;
  }

  /** Takes pictures off, files included. */
  async #giveUp(pictures: readonly StudioPicture[]): Promise<void> {
    if (pictures.length === 0) return;
    this.#pictures = this.#pictures.filter((picture) => !pictures.includes(picture));
    await Promise.all(pictures.map(({ path }) => rm(path, { force: true })));
  }

  async clear(kind: JobKind): Promise<void> {
    await this.#giveUp(this.of(kind));
  }

  /** The folder goes with everything in it. */
  async remove(): Promise<void> {
    this.#pictures = [];
    await rm(join(this.#folder), { recursive: true, force: true });
  }
}
