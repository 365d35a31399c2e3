import { realpathSync } from "node:fs";
import { basename, isAbsolute, join, sep } from "node:path";
import { StudioError } from "../studio-error.ts";
import { requireAllowedFolder } from "./input-pictures.ts";

/** The server's folders that visitors may work in. Visitors know each by its own name, not by where it lies. */
export class AllowedFolders {
  /** Where they lie. */
  readonly roots: readonly string[];
  /** What visitors call them; one of a name that is taken has a number. */
  readonly names: readonly string[];

  /** @param paths of folders that are there */
  constructor(paths: readonly string[]) {
    this.roots = paths.map((path) => realpathSync(path));
    const names: string[] = [];
    for (const root of this.roots) {
      const name = basename(root) || "root";
      const numbered = [name, ...this.roots.map((_, index) => `${name}-${index + 2}`)];
      names.push(numbered.find((candidate) => !names.includes(candidate)) ?? name);
    }
    this.names = names;
  }

  /**
   * Where a folder lies that a visitor named, as `photos/summer` or by its whole path.
   *
   * @throws {StudioError} `FOLDER_NOT_ALLOWED` outside the folders, behind a link and through `..` as well,
   *   `FOLDER_UNREADABLE` for no name.
   */
  async find(text: string): Promise<string> {
    const named = text.trim();
    if (named === "") return requireAllowedFolder("", this.roots);
    if (isAbsolute(named)) return requireAllowedFolder(named, this.roots);
    const [first = "", ...rest] = named.split(/[/\\]/);
    const root = this.roots[this.names.indexOf(first)];
    if (root !== undefined) return requireAllowedFolder(join(root, ...rest), this.roots);
    throw new StudioError("FOLDER_NOT_ALLOWED", {
      message: `There is no folder "${first}"; there are: ${this.names.join(", ") || "none"}.`,
      hint: "Begin with one of the listed names.",
    });
  }

  /** What visitors call a path in one of the folders. */
  nameOf(path: string): string {
    const index = this.roots.findIndex((root) => path === root || path.startsWith(root + sep));
    const root = this.roots[index];
    if (root === undefined) return basename(path);
    return [this.names[index] ?? "", path.slice(root.length).replaceAll(sep, "/")].join("");
  }
}
