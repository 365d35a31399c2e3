/** Prompts split at AND, each different part once. */
export interface Composition {
  /** For each prompt its parts: which of `parts`, and how strongly. */
  readonly prompts: readonly (readonly WeightedPart[])[];
  readonly parts: readonly string[];
}

export interface WeightedPart {
  /** Place in `parts`. */
  readonly index: number;
  /** Factor on the guidance scale; negative pushes away. */
  readonly weight: number;
}

const andWord = /(?<![\p{L}\p{N}_])AND(?![\p{L}\p{N}_])/u;
const weightNumber = /^[-+]?(?:\d+\.?|\d*\.\d+)$/;

/**
 * Splits positive prompts at the upper-case word AND; `a cat :1.2 AND a dog:0.8` gives each part a weight.
 *
 * A prompt's last number after a colon is such a weight even without AND (`photo 16:9` is "photo 16", nine
 * times as strong), because that is how pictures with such prompts were made.
 */
export function composePrompts(prompts: readonly string[]): Composition {
  const indexes = new Map<string, number>();
  const split = prompts.map((prompt) =>
    prompt.split(andWord).map((part) => {
      const { text, weight } = readPart(part);
      const index = indexes.get(text) ?? indexes.size;
      indexes.set(text, index);
      return { index, weight };
    }),
  );
  return { prompts: split, parts: [...indexes.keys()] };
}

function readPart(part: string): { text: string; weight: number } {
  const colon = part.lastIndexOf(":");
  const number = part.slice(colon + 1).trim();
  if (colon < 0 || !weightNumber.test(number)) return { text: part.trimEnd(), weight: 1 };
  return { text: part.slice(0, colon).trimEnd(), weight: Number(number) };
}
