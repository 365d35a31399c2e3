/** How tags become a caption. */
export interface TagOptions {
  /** How likely a tag must be, 0 to 1. @default 0.35 */
  readonly threshold?: number;
  /** How likely the name of a character must be, 0 to 1. @default 0.85 */
  readonly characterThreshold?: number;
  /** @default "By likelihood" */
  readonly sorting?: (typeof tagSortings)[number];
  /** Whether underscores become spaces; those of faces such as ^_^ stay. @default true */
  readonly spaces?: boolean;
  /** Whether parentheses are escaped, so that prompts take them for letters. @default true */
  readonly escapes?: boolean;
}

export const tagSortings = ["By likelihood", "Alphabetically"] as const;

export interface Tag {
  readonly name: string;
  /** As `selected_tags.csv` counts them: 0 what is seen, 4 a character, 9 how decent it is. */
  readonly category: number;
}

const character = 4;
const rating = 9;

/** The tags likely enough, as text; ratings are left out. */
export function describeTags(
  tags: readonly Tag[],
  likelihoods: Float32Array,
  options: TagOptions = {},
): string {
  const { threshold = 0.35, characterThreshold = 0.85, sorting = "By likelihood", spaces = true } = options;
  const chosen = tags
    .map((tag, index) => ({ ...tag, likelihood: likelihoods[index] ?? 0 }))
    .filter(({ category, likelihood }) => {
      if (category === rating) return false;
      // Networks count in floats of 32 bits, in which 0.35 is a little less.
      return likelihood >= Math.fround(category === character ? characterThreshold : threshold);
    });
  chosen.sort((first, second) =>
    sorting === "By likelihood" ? second.likelihood - first.likelihood : first.name < second.name ? -1 : 1,
  );
  const words = chosen.map(({ name }) => (spaces && /\w{2}/.test(name) ? name.replaceAll("_", " ") : name));
  return words.map((word) => ((options.escapes ?? true) ? word.replace(/[\\()]/g, "\\$&") : word)).join(", ");
}

/** Reads `selected_tags.csv`; undefined where it has other columns. */
export function parseTags(text: string): readonly Tag[] | undefined {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const columns = splitLine(head ?? "");
  const [name, category] = [columns.indexOf("name"), columns.indexOf("category")];
  if (name < 0 || category < 0) return undefined;
  return lines.map((line) => {
    const cells = splitLine(line);
    return { name: cells[name] ?? "", category: Number(cells[category]) };
  });
}

/** Cells of a line, some of them in quotes. */
function splitLine(line: string): readonly string[] {
  const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return cells.map((cell) => {
    const bare = cell.replace(/,$/, "");
    return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare;
  });
}
