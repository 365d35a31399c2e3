import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { PromptStyle } from "./pipeline/prompt/styles.ts";
import { StudioError } from "./studio-error.ts";

const columns = ["name", "prompt", "negative_prompt"] as const;

/**
 * Reads prompt styles from a table as the webui keeps it: comma-separated, the columns `name`, `prompt` and
 * `negative_prompt` in any order. Rows without a name are headings, and passed over.
 *
 * @throws {StudioError} `STYLES_FILE` when it cannot be read or has no such columns
 */
export function readStyles(path: string): readonly PromptStyle[] {
  const [header = [], ...rows] = parseTable(readText(path));
  const places = columns.map((column) => header.indexOf(column));
  const missing = columns.filter((_column, index) => places[index] === -1);
  if (missing.length > 0) {
    throw new StudioError("STYLES_FILE", {
      message: `"${basename(path)}" expected the columns ${columns.join(", ")}; ${missing.join(", ")} is missing.`,
    });
  }
  return rows
    .map((row) => places.map((place) => row[place] ?? ""))
    .filter(([name = ""]) => name.trim() !== "")
    .map(([name = "", prompt = "", negativePrompt = ""]) => ({ name, prompt, negativePrompt }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new StudioError("STYLES_FILE", { message: `"${basename(path)}" cannot be read.`, cause });
  }
}

/** Rows of cells. A cell in quotes may hold commas, line breaks, and quotes written twice. */
function parseTable(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}
