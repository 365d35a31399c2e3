import { createHash } from "node:crypto";
import { formatDate } from "./format-date.ts";
import { safeNamePart } from "./safe-name.ts";

/** What a file name can be made of. Everything that is left out vanishes from the name. */
export interface FileNameValues {
  readonly prompt?: string;
  readonly negativePrompt?: string;
  /** The prompt before styles were applied. @default `prompt` */
  readonly promptWithoutStyles?: string;
  readonly styles?: readonly string[];
  readonly seed?: number;
  readonly seedFirst?: number;
  readonly seedLast?: number;
  readonly steps?: number;
  readonly cfgScale?: number;
  readonly width?: number;
  readonly height?: number;
  readonly sampler?: string;
  readonly scheduler?: string;
  readonly modelName?: string;
  readonly modelHash?: string;
  readonly vaeFileName?: string;
  readonly clipSkip?: number;
  /** Only where there is one: image to image, and hires fix. */
  readonly denoisingStrength?: number;
  /** Pictures made at once, and which of them this is, from 0. */
  readonly batchSize?: number;
  readonly batchIndex?: number;
  /** Which picture of the whole job this is, from 0, and how many there are. */
  readonly generationIndex?: number;
  readonly generationCount?: number;
  readonly jobTimestamp?: string;
  readonly user?: string;
  /** Name of the source without extension. */
  readonly baseName?: string;
  /** Pixels or file, for `image_hash`. */
  readonly image?: Uint8Array;
  /** @default now */
  readonly date?: Date;
}

/**
 * Fills a pattern such as `[model_name]-[seed]-[prompt_words]`. Names in brackets are not case-sensitive and
 * may take arguments: `[datetime<%Y-%m-%d>]`. What has no value vanishes together with the text in front of it;
 * names that do not exist stay as they are.
 */
export function fillFileNamePattern(pattern: string, values: FileNameValues): string {
  let name = "";
  let end = 0;
  for (const match of pattern.matchAll(/\[([^[\]]+)\]/g)) {
    const textBefore = pattern.slice(end, match.index);
    end = match.index + match[0].length;
    const { key, args } = readPlaceholder(match[1] ?? "");
    const fill = placeholders.get(key);
    const filled = fill ? fill(values, args) : match[0];
    if (filled !== undefined) name += textBefore + filled;
  }
  return name + pattern.slice(end);
}

type Fill = (values: FileNameValues, args: readonly string[]) => string | undefined;

/** `datetime<a><b>` is the name and its arguments. */
function readPlaceholder(text: string): { key: string; args: string[] } {
  const args = [...text.matchAll(/<([^>]*)>/g)].map((match) => match[1] ?? "");
  const start = text.indexOf("<");
  return { key: (start < 0 ? text : text.slice(0, start)).toLowerCase(), args: start < 0 ? [] : args };
}

const number =
  (pick: (values: FileNameValues) => number | undefined): Fill =>
  (values) =>
    pick(values)?.toString();

const part =
  (pick: (values: FileNameValues) => string | undefined, replacesSpaces = true): Fill =>
  (values) => {
    const text = pick(values);
    return text === undefined ? undefined : safeNamePart(text, { replacesSpaces });
  };

const hash =
  (pick: (values: FileNameValues) => string | Uint8Array | undefined): Fill =>
  (values, [length]) => {
    const content = pick(values);
    return content === undefined ? undefined : hashOf(content, Number(length ?? 8));
  };

const placeholders: ReadonlyMap<string, Fill> = new Map<string, Fill>([
  ["seed", number(({ seed }) => seed)],
  ["seed_first", number(({ seedFirst, seed }) => seedFirst ?? seed)],
  ["seed_last", number(({ seedLast, seed }) => seedLast ?? seed)],
  ["steps", number(({ steps }) => steps)],
  ["cfg", number(({ cfgScale }) => cfgScale)],
  ["width", number(({ width }) => width)],
  ["height", number(({ height }) => height)],
  ["clip_skip", number(({ clipSkip }) => clipSkip)],
  ["denoising", number(({ denoisingStrength }) => denoisingStrength)],
  ["batch_size", number(({ batchSize }) => batchSize)],
  [
    "batch_number",
    number(({ batchSize = 1, batchIndex = 0 }) => (batchSize === 1 ? undefined : batchIndex + 1)),
  ],
  ["generation_number", number(generationNumber)],
  ["styles", part(({ styles }) => styles && (styles.join(", ") || "None"), false)],
  ["sampler", part(({ sampler }) => sampler)],
  ["scheduler", part(({ scheduler }) => scheduler)],
  ["sampler_scheduler", part(samplerAndScheduler)],
  ["model_name", part(({ modelName }) => modelName, false)],
  ["model_hash", part(({ modelHash }) => modelHash)],
  ["vae_filename", part(({ vaeFileName }) => vaeFileName)],
  ["user", part(({ user }) => user)],
  ["basename", part(({ baseName }) => baseName, false)],
  ["job_timestamp", part(({ jobTimestamp }) => jobTimestamp)],
  ["date", ({ date = new Date() }) => formatDate(date, "%Y-%m-%d")],
  [
    "datetime",
    ({ date = new Date() }, [format, zone]) =>
      safeNamePart(formatDate(date, format || "%Y%m%d%H%M%S", zone), { replacesSpaces: false }),
  ],
  ["prompt", part(({ prompt }) => prompt)],
  ["prompt_spaces", part(({ prompt }) => prompt, false)],
  ["prompt_no_styles", part(({ promptWithoutStyles, prompt }) => promptWithoutStyles ?? prompt, false)],
  ["prompt_words", part(({ prompt }) => prompt && promptWords(prompt), false)],
  ["prompt_hash", hash(({ prompt }) => prompt)],
  ["negative_prompt_hash", hash(({ negativePrompt }) => negativePrompt)],
  ["full_prompt_hash", hash(({ prompt, negativePrompt }) => prompt && `${prompt} ${negativePrompt ?? ""}`)],
  ["image_hash", hash(({ image }) => image)],
  ["hasprompt", promptFlags],
  ["none", () => ""],
]);

function generationNumber(values: FileNameValues): number | undefined {
  const { generationIndex = 0, generationCount = 1 } = values;
  return generationCount === 1 ? undefined : generationIndex + 1;
}

function samplerAndScheduler({ sampler, scheduler }: FileNameValues): string | undefined {
  if (sampler === undefined || scheduler === undefined || scheduler === "Automatic") return sampler;
  return `${sampler} ${scheduler}`;
}

/** The first eight words of a prompt, without marks. */
function promptWords(prompt: string): string {
  const words = prompt.split(/[\s,.:;!?()[\]{}<>|"'\\/]+/).filter((word) => word !== "");
  return (words.length > 0 ? words : ["empty"]).slice(0, 8).join(" ");
}

function hashOf(content: string | Uint8Array, length: number): string {
  const digits = Number.isInteger(length) && length > 0 ? length : 8;
  return createHash("sha256").update(content).digest("hex").slice(0, digits);
}

/** For each argument `word|otherwise`: the word if the prompt has it, else what stands behind the bar. */
function promptFlags({ prompt = "" }: FileNameValues, args: readonly string[]): string {
  const lower = prompt.toLowerCase();
  const found = args.map((arg) => {
    const [word = "", otherwise = ""] = arg.split("|");
    return lower.includes(word.toLowerCase()) ? word : otherwise;
  });
  return safeNamePart(found.join(""));
}
