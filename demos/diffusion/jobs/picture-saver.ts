import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fillFileNamePattern, type FileNameValues } from "../images/file-name-pattern.ts";
import { safeNamePart } from "../images/safe-name.ts";
import { nextFileNumber, saveFile } from "../images/save-file.ts";
import type { StudioSettings } from "../studio-settings.ts";

export interface SavedPicture {
  /** The encoded file, its texts included. */
  readonly bytes: Uint8Array;
  /** With the dot. */
  readonly extension: string;
  readonly values: FileNameValues;
  readonly isGrid: boolean;
  readonly isIncomplete: boolean;
}

/** Saves pictures for good, where and as the settings say. */
export class PictureSaver {
  readonly #settings: () => StudioSettings;
  readonly #folder: string;
  /** One after another: each looks for the next number in its folder. */
  #tail: Promise<unknown> = Promise.resolve();

  /** @param folder what a relative folder in the settings counts from */
  constructor(settings: () => StudioSettings, folder: string) {
    this.#settings = settings;
    this.#folder = folder;
  }

  /**
   * @returns the file's path; undefined when the settings say that such a picture is not saved
   * @throws {StudioError} `FOLDER_UNWRITABLE`
   */
  save(picture: SavedPicture): Promise<string | undefined> {
    const settings = this.#settings();
    if (!isSaved(picture, settings)) return Promise.resolve(undefined);
    const saving = this.#tail.then(() => this.#write(picture, settings));
    this.#tail = saving.catch(() => undefined);
    return saving;
  }

  async #write(picture: SavedPicture, settings: StudioSettings): Promise<string> {
    const { bytes, extension, values } = picture;
    const folders = folderNames(settings.directoryPattern, values);
    const folder = join(resolve(this.#folder, settings.saveFolder), ...folders);
    const base = picture.isGrid
      ? `grid-${String(await nextGridNumber(folder)).padStart(4, "0")}`
      : await fileBase(settings, values, folder);
    return saveFile(bytes, { folder, base, ending: extension });
  }
}

function isSaved({ isGrid, isIncomplete }: SavedPicture, settings: StudioSettings): boolean {
  if (isGrid) return settings.savesGrids;
  return settings.savesPictures && (!isIncomplete || settings.savesIncomplete);
}

/** Names of the folders below each other. None of them leads out: each is one name. */
function folderNames(pattern: string, values: FileNameValues): readonly string[] {
  return pattern
    .split(/[/\\]/)
    .map((part) => safeNamePart(fillFileNamePattern(part, values), { replacesSpaces: false }))
    .filter((name) => name !== "");
}

async function fileBase(settings: StudioSettings, values: FileNameValues, folder: string): Promise<string> {
  const { filenamePattern, directoryPattern, numbersFiles } = settings;
  const usual = directoryPattern === "" ? "[seed]-[prompt_spaces]" : "[seed]";
  const name = fillFileNamePattern(filenamePattern || usual, values);
  if (!numbersFiles) return name;
  const number = String(await nextFileNumber(folder)).padStart(5, "0");
  return name === "" ? number : `${number}-${name}`;
}

async function nextGridNumber(folder: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => []);
  const numbers = names.map((name) => Number(/^grid-(\d{1,9})[-.]/.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}
