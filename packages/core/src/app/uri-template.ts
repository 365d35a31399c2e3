import { VitrineError } from "../errors.ts";

/** The names in the braces of a template: `"notes://{folder}/{id}"` has `folder` and `id`. */
export type VariableNames<TTemplate extends string> =
  TTemplate extends `${string}{${infer TName}}${infer TRest}` ? TName | VariableNames<TRest> : never;

/** Longer addresses are none of an app's. */
const maxLength = 2000;

/** An address, or a pattern of addresses with variables in braces. */
export class UriTemplate {
  readonly text: string;
  readonly variables: readonly string[];
  /** What stands before, between and after the variables. */
  readonly #literals: readonly string[];

  /** @throws OPTION_INVALID for what is no address, and variables without anything between them */
  constructor(text: string) {
    this.text = text;
    this.#literals = text.split(/\{\w+\}/);
    this.variables = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const isTwice = new Set(this.variables).size < this.variables.length;
    const isTogether = this.#literals.slice(1, -1).includes("");
    const isOdd = /[{}]/.test(this.#literals.join(""));
    if (!/^[a-z][a-z\d+.-]*:./i.test(text) || isTwice || isTogether || isOdd) {
      throw new VitrineError("OPTION_INVALID", {
        message: `A resource expected an address such as "notes://today" or "notes://{folder}/{id}", got "${text}".`,
        hint: "Begin with a scheme, name each variable once, and put something between two of them.",
      });
    }
  }

  /** The variables of an address of this pattern, unescaped; undefined for other addresses. A variable has no slash. */
  match(uri: string): Readonly<Record<string, string>> | undefined {
    const [first = "", ...others] = this.#literals;
    if (uri.length > maxLength || !uri.startsWith(first)) return undefined;
    const values: Record<string, string> = {};
    let at = first.length;
    for (const [index, literal] of others.entries()) {
      const isLast = index === others.length - 1;
      const end = isLast ? uri.length - literal.length : uri.indexOf(literal, at);
      const value = end > at ? unescaped(uri.slice(at, end)) : undefined;
      if (value === undefined || !uri.startsWith(literal, end)) return undefined;
      values[this.variables[index] ?? ""] = value;
      at = end + literal.length;
    }
    return at === uri.length ? values : undefined;
  }
}

function unescaped(text: string): string | undefined {
  if (text.includes("/")) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
