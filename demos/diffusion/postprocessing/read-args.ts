import { StudioError } from "../studio-error.ts";
import type { ScriptArgs } from "./script-postprocessing.ts";

export interface NumberRange {
  /** What a value that was not given means. */
  readonly fallback: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * A number among a script's arguments; text that is a number will do.
 *
 * @throws {StudioError} `SCRIPT_ARGUMENT` when it is none, or outside its range.
 */
export function readNumber(
  args: ScriptArgs,
  name: string,
  { fallback, minimum, maximum }: NumberRange,
): number {
  const value = args[name] ?? fallback;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && number >= minimum && number <= maximum) return number;
  throw wrongArgument(name, `a number from ${minimum} to ${maximum}`, value);
}

/** Whether a box is ticked. `null` is not ticked; a value that was not given is the fallback. */
export function readFlag(args: ScriptArgs, name: string, fallback = false): boolean {
  const value = args[name] === undefined ? fallback : (args[name] ?? false);
  if (typeof value === "boolean") return value;
  throw wrongArgument(name, "true or false", value);
}

/** One of some words. */
export function readChoice<Choice extends string>(
  args: ScriptArgs,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = args[name] ?? choices[0];
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw wrongArgument(name, `one of ${choices.join(", ")}`, value);
}

/** Some of some words, in the order they are known in. */
export function readChoices<Choice extends string>(
  args: ScriptArgs,
  name: string,
  choices: readonly Choice[],
): Choice[] {
  const value = args[name] ?? [];
  if (Array.isArray(value) && value.every((item: unknown) => choices.some((known) => known === item))) {
    return choices.filter((known) => value.includes(known));
  }
  throw wrongArgument(name, `a list of ${choices.join(", ")}`, value);
}

/** Text; not given or `null` is the fallback. */
export function readText(args: ScriptArgs, name: string, fallback: string): string {
  const value = args[name] ?? fallback;
  if (typeof value === "string") return value;
  throw wrongArgument(name, "text", value);
}

function wrongArgument(name: string, expected: string, value: unknown): StudioError {
  const came = typeof value === "object" ? JSON.stringify(value) : String(value);
  return new StudioError("SCRIPT_ARGUMENT", {
    message: `Expected ${name} to be ${expected}, got ${(came ?? "nothing").slice(0, 100)}.`,
  });
}
