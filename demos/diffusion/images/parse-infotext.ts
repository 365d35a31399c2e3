import { parseAttention } from "../pipeline/prompt/attention.ts";

/** A parameters text, taken apart. */
export interface Infotext {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Values as written, without quotes. A size such as `512x768` is two: `Size-1` and `Size-2`. */
  readonly parameters: ReadonlyMap<string, string>;
}

const negativeMark = "Negative prompt:";
/** Fewer pairs than this in the last line, and it is part of a prompt. */
const leastPairs = 3;

/** Reads the parameters text of a picture, of the webui and of everything that writes the same. */
export function parseInfotext(text: string): Infotext {
  const lines = text.trim().split(/\r?\n/);
  const pairs = readPairs(lines.at(-1) ?? "");
  const isPairLine = pairs.length >= leastPairs;
  const promptLines = (isPairLine ? lines.slice(0, -1) : lines).map((line) => line.trim());
  const negativeAt = promptLines.findIndex((line) => line.startsWith(negativeMark));
  const positive = negativeAt < 0 ? promptLines : promptLines.slice(0, negativeAt);
  const negative = negativeAt < 0 ? [] : promptLines.slice(negativeAt);
  return {
    prompt: positive.join("\n"),
    negativePrompt: negative
      .map((line) => (line.startsWith(negativeMark) ? line.slice(negativeMark.length).trim() : line))
      .join("\n"),
    parameters: new Map(isPairLine ? pairs.flatMap(splitSize) : []),
  };
}

/** What a missing parameter means when a text is pasted. */
const defaults: readonly (readonly [string, string])[] = [
  ["Clip skip", "1"],
  ["Hires resize-1", "0"],
  ["Hires resize-2", "0"],
  ["Hires sampler", "Use same sampler"],
  ["Hires schedule type", "Use same scheduler"],
  ["Hires checkpoint", "Use same checkpoint"],
  ["Hires prompt", ""],
  ["Hires negative prompt", ""],
  ["Mask mode", "Inpaint masked"],
  ["Masked content", "original"],
  ["Inpaint area", "Whole picture"],
  ["Masked area padding", "32"],
  ["RNG", "GPU"],
  ["Schedule type", "Automatic"],
  ["Schedule max sigma", "0"],
  ["Schedule min sigma", "0"],
  ["Schedule rho", "0"],
  ["VAE Encoder", "Full"],
  ["VAE Decoder", "Full"],
  ["FP8 weight", "Disable"],
  ["Refiner switch by sampling steps", "False"],
];

/** The text with what its missing parameters mean, for filling in every field of a form. */
export function withDefaults(infotext: Infotext): Infotext {
  const parameters = new Map([...defaults, ...infotext.parameters]);
  const isWeighted = [infotext.prompt, infotext.negativePrompt].some((prompt) =>
    parseAttention(prompt).some((piece) => piece.kind === "text" && piece.weight !== 1),
  );
  if (isWeighted && !parameters.has("Emphasis")) parameters.set("Emphasis", "Original");
  return { ...infotext, parameters };
}

/** A boolean as the text writes it: anything but False and nothing is true. */
export function readBoolean(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "False";
}

type Pair = readonly [key: string, value: string];

const keyCharacter = /[\p{L}\p{N}_ \-/]/u;
const keyStart = /[\p{L}\p{N}_]/u;
const quoted = /"(?:\\.|[^\\"])*"\s*(?=,|$)/y;

/** Every `key: value` of a line. Goes through the line once, however long it is. */
function readPairs(line: string): Pair[] {
  const pairs: Pair[] = [];
  let done = 0;
  for (let colon = line.indexOf(":"); colon >= 0; colon = line.indexOf(":", Math.max(done, colon + 1))) {
    const key = keyBefore(line, colon, done);
    if (key === undefined) continue;
    const { value, end } = valueFrom(line, colon + 1);
    pairs.push([key, value]);
    done = end;
  }
  return pairs;
}

/** Two or more characters in front of a colon, the first of them a letter or digit. */
function keyBefore(line: string, colon: number, from: number): string | undefined {
  let start = colon;
  while (start > from && keyCharacter.test(line.charAt(start - 1))) start--;
  while (start < colon && !keyStart.test(line.charAt(start))) start++;
  return colon - start >= 2 ? line.slice(start, colon) : undefined;
}

function valueFrom(line: string, from: number): { value: string; end: number } {
  let start = from;
  while (line.charAt(start) === " ") start++;
  quoted.lastIndex = start;
  const text = quoted.exec(line)?.[0];
  if (text !== undefined) return { value: unquote(text.trimEnd()), end: start + text.length };
  const comma = line.indexOf(",", start);
  const end = comma < 0 ? line.length : comma;
  return { value: line.slice(start, end).trimEnd(), end };
}

function unquote(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

function splitSize([key, value]: Pair): Pair[] {
  const size = /^(\d+)x(\d+)$/.exec(value);
  return size
    ? [
        [`${key}-1`, size[1] ?? ""],
        [`${key}-2`, size[2] ?? ""],
      ]
    : [[key, value]];
}
