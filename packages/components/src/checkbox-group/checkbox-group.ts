import {
  Component,
  eventMethod,
  type ComponentOptions,
  type JsonObject,
  type Preview,
  type Props,
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

export interface CheckboxGroupOptions<
  TChoices extends Choices = Choices,
  TType extends ChoiceType = ChoiceType,
> extends ComponentOptions<GroupValue<TChoices>> {
  /** What is offered: values, or [label, value] pairs. @default [] */
  readonly choices?: TChoices;
  /** Your function receives the chosen values, or their places in the list (from 0). @default "value" */
  readonly type?: TType;
  /** A box beside the label that ticks all, or none. @default false */
  readonly showSelectAll?: boolean;
}

/** What may be shown: several values, one, or none. */
type GroupValue<TChoices extends Choices> =
  | readonly ChoiceValueOf<TChoices>[]
  | ChoiceValueOf<TChoices>
  | null;
type GroupIn<TChoices extends Choices, TType extends ChoiceType> = (TType extends "index"
  ? number
  : ChoiceValueOf<TChoices>)[];

/**
 * Any number of choices of a few, all in view. Your function receives an array of the chosen values, in the order they
 * were chosen; it may return an array, one value, or `null` for none.
 *
 * @throws OPTION_INVALID when two choices have the same value
 * @example new CheckboxGroup({ label: "Toppings", choices: ["cheese", "olives"], value: ["cheese"] })
 */
export class CheckboxGroup<
  const TChoices extends Choices = Choices,
  const TType extends ChoiceType = "value",
> extends Component<GroupIn<TChoices, TType>, GroupValue<TChoices>, readonly ChoiceValue[]> {
  readonly type = "checkbox-group";
  override readonly events = ["change", "input", "select"];
  declare readonly options: CheckboxGroupOptions<TChoices, TType>;
  readonly payloadSchema: v.GenericSchema<unknown, readonly ChoiceValue[]> = v.array(choiceValueSchema);
  readonly emptyPayload: readonly ChoiceValue[] = [];
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor ticked or cleared a choice; its event data are `{ index, value, selected }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  readonly #choices: ChoiceTable;

  constructor(options: CheckboxGroupOptions<TChoices, TType> = {}) {
    super(options);
    this.#choices = new ChoiceTable(options.choices ?? [], "CheckboxGroup");
  }

  preprocess(payload: readonly ChoiceValue[]): GroupIn<TChoices, TType> {
    const chosen = [...new Set(payload)];
    const received = chosen.map((value) => {
      const index = this.#choices.indexOf(value);
      if (index === undefined) throw this.#choices.refusal("CHOICE_UNKNOWN", value, this);
      return this.options.type === "index" ? index : value;
    });
    return received as GroupIn<TChoices, TType>;
  }

  postprocess(value: GroupValue<TChoices>): readonly ChoiceValue[] {
    if (value === null || value === undefined) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (this.#choices.indexOf(one) === undefined) throw this.#choices.refusal("VALUE_NOT_SHOWN", one, this);
    }
    return [...new Set(values as readonly ChoiceValue[])];
  }

  examplePayload(): readonly ChoiceValue[] {
    return this.#choices.values.slice(0, 2);
  }

  override jsonSchema(): JsonObject {
    return { type: "array", items: this.#choices.toJsonSchema() };
  }

  override preview(payload: readonly ChoiceValue[]): Preview {
    return { text: payload.map((value) => this.#choices.labelOf(value)).join(", ") };
  }

  protected override ownProps(): Props {
    return { choices: this.#choices.toProp(), showSelectAll: this.options.showSelectAll ?? false };
  }
}
