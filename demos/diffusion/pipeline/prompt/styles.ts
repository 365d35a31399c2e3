/** A prompt that is kept under a name. */
export interface PromptStyle {
  readonly name: string;
  /** May hold `{prompt}` where the user's own prompt goes. */
  readonly prompt: string;
  readonly negativePrompt: string;
}

export interface PromptPair {
  readonly prompt: string;
  readonly negativePrompt: string;
}

const placeholder = "{prompt}";

/** Adds styles to prompts in the order of their names. Names that do not exist change nothing. */
export function applyStyles(
  prompts: PromptPair,
  names: readonly string[],
  styles: readonly PromptStyle[],
): PromptPair {
  const chosen = names.flatMap((name) => styles.filter((style) => style.name === name).slice(0, 1));
  return {
    prompt: chosen.reduce((prompt, style) => applyStyleText(prompt, style.prompt), prompts.prompt),
    negativePrompt: chosen.reduce(
      (prompt, style) => applyStyleText(prompt, style.negativePrompt),
      prompts.negativePrompt,
    ),
  };
}

/** Prompts without the styles that were found in them, and their names. A style counts when both its halves are there. */
export interface InferredStyles extends PromptPair {
  readonly names: readonly string[];
}

/** Finds styles in prompts and takes them out again, as often as one more is found. */
export function inferStyles(prompts: PromptPair, styles: readonly PromptStyle[]): InferredStyles {
  const names: string[] = [];
  let rest = prompts;
  for (let found = true; found;) {
    found = false;
    for (const style of styles) {
      const taken = names.includes(style.name) ? undefined : takeStyle(rest, style);
      if (!taken) continue;
      rest = taken;
      names.unshift(style.name);
      found = true;
    }
  }
  return { ...rest, names };
}

function applyStyleText(prompt: string, text: string): string {
  if (text.includes(placeholder)) return text.replaceAll(placeholder, () => prompt);
  return [prompt, text]
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join(", ");
}

function takeStyle(prompts: PromptPair, style: PromptStyle): PromptPair | undefined {
  if (style.prompt === "" && style.negativePrompt === "") return undefined;
  const prompt = takeStyleText(prompts.prompt, style.prompt);
  const negativePrompt = takeStyleText(prompts.negativePrompt, style.negativePrompt);
  return prompt === undefined || negativePrompt === undefined ? undefined : { prompt, negativePrompt };
}

function takeStyleText(prompt: string, text: string): string | undefined {
  const at = text.indexOf(placeholder);
  if (at >= 0) {
    const before = text.slice(0, at);
    const after = text.slice(at + placeholder.length);
    const fits =
      prompt.startsWith(before) && prompt.endsWith(after) && prompt.length >= before.length + after.length;
    return fits ? prompt.slice(before.length, prompt.length - after.length) : undefined;
  }
  if (text === "" || prompt === text) return text === "" ? prompt : "";
  const ending = `, ${text}`;
  return prompt.endsWith(ending) ? prompt.slice(0, -ending.length) : undefined;
}
