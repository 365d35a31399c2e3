import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { VitrineError } from "@vitrine/core";

export interface PathRules {
  /** Folders and files besides the working and the temporary folder that functions may show. */
  readonly allowedPaths: readonly string[];
  /** Whether any path may be shown: true for what the author wrote into the app itself. */
  readonly isAnyAllowed: boolean;
}

export interface AuthorFile {
  readonly handle: FileHandle;
  /** The path as it was given, made absolute. */
  readonly asked: string;
  /** Where it really lies, links resolved. */
  readonly path: string;
}

/**
 * Opens a file that a function returned by its path. A relative path counts from the working directory. What a
 * function returns may stem from a visitor, so only files of the app are opened, judged by where they really lie.
 *
 * @throws VALUE_NOT_SHOWN for urls, folders, missing files and files outside the allowed folders
 */
export async function openAuthorFile(given: string, rules: PathRules): Promise<AuthorFile> {
  const asked = resolve(toPath(given));
  const path = await realpath(asked).catch(() => undefined);
  const isAllowed = path !== undefined && (rules.isAnyAllowed || (await isInside(path, rules.allowedPaths)));
  if (!isAllowed) throw refuse(given);
  // Not blocking: opening a named pipe would otherwise wait for its other end.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(() => undefined);
  if (!handle) throw refuse(given);
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, asked, path };
  await handle.close();
  throw new VitrineError("VALUE_NOT_SHOWN", {
    message: `Expected the path of a file, got "${given}", which is none.`,
    hint: "Return the path of a file, or its bytes.",
  });
}

function toPath(given: string): string {
  if (given.includes("\0")) throw refuse(given.replaceAll("\0", "\\0"));
  if (/^file:/i.test(given)) {
    try {
      return fileURLToPath(given);
    } catch (cause) {
      throw new VitrineError("VALUE_NOT_SHOWN", {
        message: `Expected the path of a file, got "${given}".`,
        cause,
      });
    }
  }
  if (/^[a-z][a-z\d+.-]+:/i.test(given)) {
    throw new VitrineError("VALUE_NOT_SHOWN", {
      message: `Expected the path of a file or its bytes, got the url "${given.slice(0, 80)}".`,
      hint: "Fetch it in your function and return the bytes: neither page nor server requests anything by itself.",
    });
  }
  return given;
}

async function isInside(path: string, allowedPaths: readonly string[]): Promise<boolean> {
  const workingDirectory = await realpath(process.cwd());
  const fromHere = below(path, workingDirectory);
  // Files that begin with a dot hold settings and secrets.
  if (fromHere !== undefined) {
    const isHidden = fromHere.split(sep).some((part) => part.startsWith("."));
    if (!isHidden) return true;
  }
  const roots = fromHere === undefined ? [tmpdir(), ...allowedPaths] : allowedPaths;
  for (const root of roots) {
    const real = await realpath(resolve(root)).catch(() => undefined);
    if (real !== undefined && below(path, real) !== undefined) return true;
  }
  return false;
}

/** The way from `folder` down to `path`; undefined when it lies elsewhere. */
function below(path: string, folder: string): string | undefined {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way;
}

/** The same words for what is missing and for what may not be shown. */
function refuse(given: string): VitrineError {
  return new VitrineError("VALUE_NOT_SHOWN", {
    message: `Expected the path of a file in the app's own folder, the temporary folder or one of allowedPaths, got "${given}".`,
    hint: "Correct the path, name its folder in `allowedPaths`, or return the bytes.",
  });
}
