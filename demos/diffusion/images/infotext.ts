/** Value of one parameter. Nothing is written for null and undefined. */
export type InfotextValue = string | number | boolean | null | undefined;

export interface InfotextParts {
  /** The positive prompt, of one or more lines. */
  readonly prompt: string;
  /** @default none is written */
  readonly negativePrompt?: string;
  /** Parameters by their names in the text: `Steps`, `CFG scale`, `Size` (as `512x512`), … */
  readonly parameters: Readonly<Record<string, InfotextValue>>;
}

/**
 * The order of the original, so that texts of two programs can be compared. What is not listed comes behind,
 * in its own order; version and user come last.
 */
const leadingKeys = [
  "Steps",
  "Sampler",
  "Schedule type",
  "CFG scale",
  "Image CFG scale",
  "Seed",
  "Face restoration",
  "Size",
  "Model hash",
  "Model",
  "FP8 weight",
  "Cache FP16 weight for LoRA",
  "VAE hash",
  "VAE",
  "Variation seed",
  "Variation seed strength",
  "Seed resize from",
  "Denoising strength",
  "Conditional mask weight",
  "Clip skip",
  "ENSD",
  "Token merging ratio",
  "Token merging ratio hr",
  "Init image hash",
  "RNG",
  "Tiling",
];
const trailingKeys = ["Version", "User"];

/** Writes the parameters text that goes into a picture. */
export function buildInfotext({ prompt, negativePrompt = "", parameters }: InfotextParts): string {
  const lines = [
    prompt,
    negativePrompt === "" ? "" : `Negative prompt: ${negativePrompt}`,
    buildPairs(sorted(parameters)),
  ];
  return lines
    .filter((line, index) => index === 0 || line !== "")
    .join("\n")
    .trim();
}

/** Writes `key: value` pairs in the order given; a key that equals its value stands alone. */
export function buildPairs(values: Readonly<Record<string, InfotextValue>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => {
      const text = toText(value);
      return text === key ? key : `${key}: ${quoteValue(text)}`;
    })
    .join(", ");
}

/**
 * Quotes a value where a reader would not find its end: with a comma, a colon or a line break in it, or with
 * quotes or spaces around it that would be lost.
 */
export function quoteValue(text: string): string {
  const isSafe = !/[,:\n]/.test(text) && text === text.trim() && !/^".*"$/s.test(text);
  return isSafe ? text : JSON.stringify(text);
}

function sorted(parameters: Readonly<Record<string, InfotextValue>>): Record<string, InfotextValue> {
  const rank = (key: string) => {
    if (trailingKeys.includes(key)) return leadingKeys.length + 1 + trailingKeys.indexOf(key);
    const place = leadingKeys.indexOf(key);
    return place < 0 ? leadingKeys.length : place;
  };
  return Object.fromEntries(
    Object.entries(parameters).sort(([first], [second]) => rank(first) - rank(second)),
  );
}

function toText(value: InfotextValue): string {
  if (value === true) return "True";
  return value === false ? "False" : String(value);
}
