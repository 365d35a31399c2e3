/** Attributes an author may set on the input of a Textbox, as HTML defines them. */
export interface InputAttributes {
  readonly autocapitalize?: "off" | "none" | "on" | "sentences" | "words" | "characters";
  readonly autocorrect?: "on" | "off";
  readonly autocomplete?: string;
  readonly enterkeyhint?: "enter" | "done" | "go" | "next" | "previous" | "search" | "send";
  readonly lang?: string;
  readonly spellcheck?: boolean;
  readonly tabindex?: number;
}

/** No others reach the page: an event handler or a style given here would be dropped by its security policy. */
export const inputAttributeNames: readonly (keyof InputAttributes)[] = [
  "autocapitalize",
  "autocorrect",
  "autocomplete",
  "enterkeyhint",
  "lang",
  "spellcheck",
  "tabindex",
];
