import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { StudioError } from "../studio-error.ts";
import { safeFileName } from "./safe-name.ts";

export interface SaveOptions {
  readonly folder: string;
  /** Name without suffix and extension; made safe and cut where it must be. */
  readonly base: string;
  /** Suffix and extension, such as `-flipped.png`. */
  readonly ending: string;
  /** What happens to a file of the same name. `number` puts -1, -2, … behind the new name. @default "number" */
  readonly existing?: "replace" | "number";
}

/**
 * Writes a file so that it is there whole or not at all, and makes its folder.
 *
 * @returns the file's path
 * @throws {StudioError} `FOLDER_UNWRITABLE` when there is no permission or no room.
 */
export async function saveFile(bytes: Uint8Array | string, options: SaveOptions): Promise<string> {
  const { folder, base, ending, existing = "number" } = options;
  const unfinished = join(folder, `.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(unfinished, bytes);
    if (existing === "replace") {
      const path = join(folder, safeFileName(base, ending));
      await rename(unfinished, path);
      return path;
    }
    return await linkToFreeName(unfinished, options);
  } catch (cause) {
    throw new StudioError("FOLDER_UNWRITABLE", { message: describeFailure(folder, cause), cause });
  } finally {
    // Where nothing could be written there is nothing to remove either.
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** One more than the highest number that file names in the folder begin with; 0 for a folder without any. */
export async function nextFileNumber(folder: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => []);
  const numbers = names.map((name) => Number(/^(\d{1,9})(?=[-.])/.exec(name)?.[1] ?? -1));
  return numbers.reduce((highest, value) => Math.max(highest, value), -1) + 1;
}

/** Linking fails where a file is already, so two who save at once never take the same name. */
async function linkToFreeName(unfinished: string, { folder, base, ending }: SaveOptions): Promise<string> {
  for (let number = 0; ; number++) {
    const path = join(folder, safeFileName(base, number === 0 ? ending : `-${number}${ending}`));
    try {
      await link(unfinished, path);
      return path;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

function describeFailure(folder: string, cause: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "there is no permission to write",
    EPERM: "there is no permission to write",
    EROFS: "the disk is read-only",
    ENOTDIR: "its path leads through a file",
    EEXIST: "a file has its name",
  };
  return `Nothing could be saved in the folder "${basename(folder)}": ${reasons[codeOf(cause)] ?? codeOf(cause)}.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown reason";
}
