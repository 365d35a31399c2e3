import { VitrineError, type AnyComponent, type ErrorCode, type Json, type JsonObject } from "@vitrine/core";
import * as v from "valibot";
import { describeValue } from "./describe-value.ts";

/** What a choice stands for. */
export type ChoiceValue = string | number;
/** A choice: its value, or what is shown for it and its value. */
export type Choice = ChoiceValue | readonly [label: string, value: ChoiceValue];
export type Choices = readonly Choice[];
/** The values of a list of choices: `"add" | "subtract"` for `["add", ["Minus", "subtract"]]`. */
export type ChoiceValueOf<TChoices extends Choices> = ValueOf<TChoices[number]>;
type ValueOf<TChoice> = TChoice extends readonly [string, infer TValue] ? TValue : TChoice;
/** Whether functions receive the chosen values or their places in the list. */
export type ChoiceType = "value" | "index";

/** A chosen value on the wire. Whether it is one of the choices is asked in `preprocess`, where they are known. */
export const choiceValueSchema: v.GenericSchema<unknown, ChoiceValue> = v.union([
  v.string(),
  v.pipe(v.number(), v.finite()),
]);

/** How many choices a message names. */
const namedInMessages = 10;

/** The choices of a component, found by value in constant time. */
export class ChoiceTable {
  readonly values: readonly ChoiceValue[];
  readonly #labels: readonly string[];
  readonly #indexes: ReadonlyMap<unknown, number>;

  /** @throws OPTION_INVALID when `choices` are not values or [label, value] pairs, or two have the same value */
  constructor(choices: unknown, type: string) {
    if (!Array.isArray(choices))
      throw invalidChoices(type, `a list of choices, got ${describeValue(choices)}`);
    const pairs = choices.map((choice: unknown) => toPair(choice, type));
    this.#labels = pairs.map(([label]) => label);
    this.values = pairs.map(([, value]) => value);
    this.#indexes = new Map(this.values.map((value, index) => [value, index]));
    if (this.#indexes.size === this.values.length) return;
    const twice = this.values.find((value, index) => this.#indexes.get(value) !== index);
    throw invalidChoices(type, `choices with different values, got ${JSON.stringify(twice)} twice`);
  }

  indexOf(value: unknown): number | undefined {
    return this.#indexes.get(value);
  }

  /** What is shown for a value: its label, or itself when it is none of the choices. */
  labelOf(value: ChoiceValue): string {
    return this.#labels[this.indexOf(value) ?? -1] ?? String(value);
  }

  /** As the view gets them: [label, value] pairs. */
  toProp(): Json {
    return this.values.map((value, index) => [this.#labels[index] ?? "", value]);
  }

  /** JSON schema of one chosen value. */
  toJsonSchema(): JsonObject {
    return { enum: [...this.values] };
  }

  /** The error for a value that is none of the choices. */
  refusal(code: ErrorCode, value: unknown, component: AnyComponent): VitrineError {
    const named = this.values.slice(0, namedInMessages).map((choice) => JSON.stringify(choice));
    const rest = this.values.length - named.length;
    const list =
      named.length === 0
        ? "one of its choices (it has none)"
        : `one of ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    return new VitrineError(code, {
      message: `"${component.displayName}" expected ${list}, got ${describeValue(value)}.`,
    });
  }
}

function toPair(choice: unknown, type: string): readonly [string, ChoiceValue] {
  if (isChoiceValue(choice)) return [String(choice), choice];
  if (Array.isArray(choice) && choice.length === 2) {
    const [label, value] = choice as readonly unknown[];
    if (typeof label === "string" && isChoiceValue(value)) return [label, value];
  }
  throw invalidChoices(
    type,
    `each choice to be a text, a number or a [label, value] pair, got ${describeValue(choice)}`,
  );
}

function isChoiceValue(value: unknown): value is ChoiceValue {
  return typeof value === "string" || (typeof value === "number" && globalThis.Number.isFinite(value));
}

function invalidChoices(type: string, expected: string): VitrineError {
  return new VitrineError("OPTION_INVALID", {
    message: `The choices of a ${type} are wrong: expected ${expected}.`,
  });
}
