/** A tag such as `<lora:name:0.8>`. */
export interface ExtraNetwork {
  /** Kind before the first colon, in lower case as written: lora, hypernet, … */
  readonly kind: string;
  /** What follows, cut at the colons. */
  readonly arguments: readonly string[];
}

export interface PromptWithoutNetworks {
  readonly prompt: string;
  readonly networks: readonly ExtraNetwork[];
}

/** Takes `<kind:…>` tags out of a prompt; whoever loads the model says which of them it knows. */
export function takeExtraNetworks(prompt: string): PromptWithoutNetworks {
  const networks: ExtraNetwork[] = [];
  const rest = prompt.replace(/<(\w+):([^<>]+)>/g, (_tag, kind: string, values: string) => {
    networks.push({ kind, arguments: values.split(":") });
    return "";
  });
  return { prompt: rest, networks };
}

/** Cuts `#` comments to the end of their lines; a line that held nothing else goes with them. */
export function removeComments(prompt: string): string {
  return prompt.replace(/^[^\S\n]*#[^\n]*(?:\n|$)/gm, "").replace(/[^\S\n]*#[^\n]*/g, "");
}
