import {
  Component,
  eventMethod,
  type ComponentOptions,
  type JsonObject,
  type Preview,
  type Props,
  type RequiredOption,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import {
  choiceValueSchema,
  ChoiceTable,
  type Choices,
  type ChoiceType,
  type ChoiceValue,
  type ChoiceValueOf,
} from "../shared/choices.ts";
import type { Received } from "../shared/required.ts";

export interface RadioOptions<
  TChoices extends Choices = Choices,
  TType extends ChoiceType = ChoiceType,
  TRequired extends boolean = boolean,
>
  extends ComponentOptions<ChoiceValueOf<TChoices> | null>, RequiredOption<TRequired> {
  /** What is offered: values, or [label, value] pairs. @default [] */
  readonly choices?: TChoices;
  /** Your function receives the chosen value, or its place in the list (from 0). @default "value" */
  readonly type?: TType;
  /** Text runs from right to left. @default false */
  readonly rtl?: boolean;
}

type RadioIn<TChoices extends Choices, TType extends ChoiceType> = TType extends "index"
  ? number
  : ChoiceValueOf<TChoices>;

/**
 * One choice of a few, all in view. Your function receives the chosen value, or with `required: false` also `null`; it
 * may return a value, or `null` for no choice.
 *
 * @throws OPTION_INVALID when two choices have the same value
 * @example new Radio({ label: "Operation", choices: ["add", "subtract"], value: "add" })
 */
export class Radio<
  const TChoices extends Choices = Choices,
  const TType extends ChoiceType = "value",
  const TRequired extends boolean = true,
> extends Component<
  Received<RadioIn<TChoices, TType>, TRequired>,
  ChoiceValueOf<TChoices> | null,
  ChoiceValue | null
> {
  readonly type = "radio";
  override readonly events = ["change", "input", "select"];
  declare readonly options: RadioOptions<TChoices, TType, TRequired>;
  readonly payloadSchema = v.nullable(choiceValueSchema);
  readonly emptyPayload = null;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor chose; its event data are `{ index, value, selected: true }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  readonly #choices: ChoiceTable;

  constructor(options: RadioOptions<TChoices, TType, TRequired> = {}) {
    super(options);
    this.#choices = new ChoiceTable(options.choices ?? [], "Radio");
  }

  preprocess(payload: ChoiceValue | null): Received<RadioIn<TChoices, TType>, TRequired> {
    type In = Received<RadioIn<TChoices, TType>, TRequired>;
    if (payload === null) {
      if (this.options.required === false) return null as In;
      throw this.refuse("VALUE_REQUIRED", "expected a choice, got none.", "Choose one.");
    }
    const index = this.#choices.indexOf(payload);
    if (index === undefined) throw this.#choices.refusal("CHOICE_UNKNOWN", payload, this);
    return (this.options.type === "index" ? index : payload) as In;
  }

  postprocess(value: ChoiceValueOf<TChoices> | null): ChoiceValue | null {
    if (value === null || value === undefined) return null;
    if (this.#choices.indexOf(value) === undefined)
      throw this.#choices.refusal("VALUE_NOT_SHOWN", value, this);
    return value as ChoiceValue;
  }

  examplePayload(): ChoiceValue | null {
    return this.#choices.values[0] ?? null;
  }

  override jsonSchema(): JsonObject {
    return { anyOf: [this.#choices.toJsonSchema(), { type: "null" }] };
  }

  override preview(payload: ChoiceValue | null): Preview {
    return { text: payload === null ? "" : this.#choices.labelOf(payload) };
  }

  protected override ownProps(): Props {
    const { rtl = false, required = true } = this.options;
    return { choices: this.#choices.toProp(), rtl, required };
  }
}
