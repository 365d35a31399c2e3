import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, parse, relative, sep } from "node:path";
import { StudioError } from "../studio-error.ts";

/** A picture to work on. Its bytes are read when its turn comes. */
export interface InputPicture {
  /** What it is called in progress and results; empty for a picture without a name. */
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** Largest file that is read, in bytes. */
const maxFileBytes = 512 * 1024 * 1024;

/** A picture whose bytes are here already. */
export function inputFromBytes(bytes: Uint8Array, name = ""): InputPicture {
  return { name, read: async () => bytes };
}

/**
 * The files of a folder in their natural order: `2.png` before `10.png`; no subfolders, no hidden files.
 *
 * @throws {StudioError} `FOLDER_NOT_ALLOWED` when the folder lies outside the roots, `FOLDER_UNREADABLE` when it
 *   is none.
 */
export async function inputsFromFolder(
  folder: string,
  allowedRoots: readonly string[],
): Promise<InputPicture[]> {
  const real = await requireAllowedFolder(folder, allowedRoots);
  const entries = await readdir(real, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const collator = new Intl.Collator("en", { numeric: true });
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
    .map(({ name }) => ({ name, read: () => readInside(join(real, name), allowedRoots) }))
    .sort((first, second) => collator.compare(first.name, second.name));
}

/**
 * The real path of a folder that lies in one of the roots; links are followed before it is judged. The folder
 * itself need not exist yet.
 *
 * @throws {StudioError} `FOLDER_NOT_ALLOWED`
 */
export async function requireAllowedFolder(folder: string, allowedRoots: readonly string[]): Promise<string> {
  if (folder.trim() === "")
    throw new StudioError("FOLDER_UNREADABLE", { message: "Expected a folder, got an empty name." });
  const real = await realOrNearest(folder);
  const roots = await Promise.all(allowedRoots.map((root) => realpath(root).catch(() => undefined)));
  if (roots.some((root) => root !== undefined && isInside(root, real))) return real;
  throw new StudioError("FOLDER_NOT_ALLOWED", {
    message: `The folder "${basename(folder)}" is not below an allowed one.`,
  });
}

/** Name of a file without its folder and extension. */
export function baseNameOf(name: string): string {
  return parse(name.replaceAll("\\", "/")).name;
}

async function readInside(path: string, allowedRoots: readonly string[]): Promise<Uint8Array> {
  await requireAllowedFolder(await realpath(path).then(dirname, () => path), allowedRoots);
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { size } = await file.stat();
    if (size <= maxFileBytes) return await file.readFile();
    throw new StudioError("IMAGE_TOO_LARGE", {
      message: `The file "${basename(path)}" has ${size} bytes; ${maxFileBytes} are read at most.`,
    });
  } finally {
    await file.close();
  }
}

async function realOrNearest(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (parent === folder || (await stat(folder).catch(() => undefined))) throw unreadable(folder, error);
    return join(await realOrNearest(parent), basename(folder));
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !parse(way).root);
}

function unreadable(folder: string, cause: unknown): StudioError {
  return new StudioError("FOLDER_UNREADABLE", { message: `"${basename(folder)}" cannot be read.`, cause });
}
