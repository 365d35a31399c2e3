import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { tsImport } from "tsx/esm/api";
import type { Picture } from "../images/picture.ts";
import { StudioError } from "../studio-error.ts";
import type { ScriptPostprocessing } from "./script-postprocessing.ts";

type Script = ScriptPostprocessing<Picture>;

/**
 * The scripts of a folder: one of each class that a `.ts`, `.js` or `.mjs` file exports, files in the order of their
 * names. Tests (`.test.ts`) and declarations are passed over.
 *
 * @throws {StudioError} `SCRIPT_FILE` for a file that cannot be loaded or exports no script, `FOLDER_UNREADABLE`.
 */
export async function loadScriptsFolder(folder: string): Promise<readonly Script[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new StudioError("FOLDER_UNREADABLE", {
      message: `The folder "${basename(folder)}" cannot be read.`,
      cause,
    });
  });
  const files = names.filter((name) => /\.(ts|m?js)$/.test(name) && !/\.(test|d)\.ts$/.test(name)).sort();
  const scripts: Script[] = [];
  // One after the other, so that two that fail are told in the order of their names.
  for (const name of files) scripts.push(...(await loadScripts(join(folder, name))));
  return scripts;
}

async function loadScripts(path: string): Promise<readonly Script[]> {
  const name = basename(path);
  let exported: unknown;
  try {
    exported = await tsImport(pathToFileURL(path).href, import.meta.url);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError("SCRIPT_FILE", { message: `${name} cannot be loaded: ${words}`, cause });
  }
  const classes = Object.values(Object(exported) as object).filter(isScriptClass);
  if (classes.length > 0) return [...new Set(classes)].map((Class) => new Class());
  throw new StudioError("SCRIPT_FILE", {
    message: `${name} expected to export a class that extends ScriptPostprocessing, exported none.`,
  });
}

/** Not by class: a file that is loaded by itself has a copy of ScriptPostprocessing of its own. */
function isScriptClass(value: unknown): value is new () => Script {
  if (typeof value !== "function") return false;
  const prototype: unknown = value.prototype;
  if (typeof prototype !== "object" || prototype === null) return false;
  return ["process", "processFirstPass", "ui", "imageChanged"].every(
    (method) => method in prototype && typeof Reflect.get(prototype, method) === "function",
  );
}
