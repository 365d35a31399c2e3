import { VitrineError } from "../errors.ts";
import type { DeclaredContext } from "./resource.ts";

export interface PromptArgument {
  /** What to put in, for people. */
  readonly description?: string;
  /** `false`: your function may get `undefined` for it. @default true */
  readonly required?: boolean;
}

/** Arguments by name; a text is a description. */
export type PromptArguments = Readonly<Record<string, string | PromptArgument>>;

/** What a prompt's function receives. */
export type PromptValues<TArguments extends PromptArguments> = {
  readonly [TName in keyof TArguments]: TArguments[TName] extends { readonly required: false }
    ? string | undefined
    : string;
};

export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** One message of the user, or several messages. */
export type PromptContent = string | readonly PromptMessage[];

export interface PromptOptions<TArguments extends PromptArguments = PromptArguments> {
  /** What it is for, for people who choose among prompts. @default none */
  readonly description?: string;
  /** What people fill in. @default nothing */
  readonly arguments?: TArguments;
}

export type PromptFn<TArguments extends PromptArguments> = (
  values: PromptValues<TArguments>,
  context: DeclaredContext,
) => PromptContent | Promise<PromptContent>;

/** A text that people of MCP hosts choose by its name, filled in. */
export interface Prompt {
  readonly name: string;
  readonly options: PromptOptions;
  /** @throws PARAMETER_MISSING, PARAMETER_UNKNOWN */
  fill(
    values: Readonly<Record<string, string>>,
    context: DeclaredContext,
  ): PromptContent | Promise<PromptContent>;
}

export function createPrompt<const TArguments extends PromptArguments>(
  name: string,
  fn: PromptFn<TArguments>,
  options: PromptOptions<TArguments>,
): Prompt {
  if (!/^[\w-]{1,64}$/.test(name)) {
    throw new VitrineError("OPTION_INVALID", {
      message: `A prompt expected a name of up to 64 letters, digits, - and _, got "${name}".`,
    });
  }
  return {
    name,
    options,
    fill(values, context) {
      const expected: PromptArguments = options.arguments ?? {};
      const unknown = Object.keys(values).find((one) => !Object.hasOwn(expected, one));
      if (unknown !== undefined) {
        const known = Object.keys(expected).join(", ") || "no arguments";
        throw new VitrineError("PARAMETER_UNKNOWN", {
          message: `${name} takes ${known}; got "${unknown.slice(0, 80)}".`,
        });
      }
      const missing = promptArguments(options).find(
        (one) => one.required && !Object.hasOwn(values, one.name),
      );
      if (missing) {
        throw new VitrineError("PARAMETER_MISSING", {
          message: `${name} expected a value for "${missing.name}", got none.`,
        });
      }
      // Exactly the names it declares have been let through.
      return fn(values as PromptValues<TArguments>, context);
    },
  };
}

export interface DescribedArgument {
  readonly name: string;
  readonly description: string | undefined;
  readonly required: boolean;
}

/** The arguments of a prompt, each in full. */
export function promptArguments({ arguments: declared = {} }: PromptOptions): readonly DescribedArgument[] {
  return Object.entries(declared).map(([name, argument]) => {
    const { description, required = true } =
      typeof argument === "string" ? { description: argument } : argument;
    return { name, description, required };
  });
}
