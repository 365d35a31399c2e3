import {
  Component,
  eventMethod,
  VitrineError,
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
} from "../shared/choices.ts";
import { describeValue } from "../shared/describe-value.ts";
import type { DropdownIn, DropdownOptions, DropdownOut } from "./dropdown-options.ts";
import type { DropdownPayload } from "./dropdown-payload.ts";

const singleSchema: v.GenericSchema<unknown, DropdownPayload> = v.nullable(choiceValueSchema);
const multiSchema: v.GenericSchema<unknown, DropdownPayload> = v.array(choiceValueSchema);

/**
 * One choice of many (or several, with `multiselect`), in a list that opens and is searched by typing. Your function
 * receives the chosen value or an array of them, with `required: false` also `null`; it may return a value, an array
 * with `multiselect`, or `null` for no choice. Without a `value` it begins with the first choice.
 *
 * @throws OPTION_INVALID when two choices have the same value, or `maxChoices` is not a positive whole number
 * @example new Dropdown({ label: "Country", choices: [["Austria", "at"], ["Chile", "cl"]] })
 */
export class Dropdown<
  const TChoices extends Choices = Choices,
  const TType extends ChoiceType = "value",
  const TMulti extends boolean = false,
  const TCustom extends boolean = false,
  const TRequired extends boolean = true,
> extends Component<
  DropdownIn<TChoices, TType, TMulti, TCustom, TRequired>,
  DropdownOut<TChoices, TMulti, TCustom>,
  DropdownPayload
> {
  readonly type = "dropdown";
  override readonly events = ["change", "input", "select", "focus", "blur", "keyUp"];
  declare readonly options: DropdownOptions<TChoices, TType, TMulti, TCustom, TRequired>;
  readonly payloadSchema: v.GenericSchema<unknown, DropdownPayload>;
  readonly emptyPayload: DropdownPayload;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor chose, or removed a choice; its event data are `{ index, value, selected }`, `index` null for a custom value. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  readonly focus: TriggerMethod = eventMethod(this, "focus");
  readonly blur: TriggerMethod = eventMethod(this, "blur");
  /** A key was let go; its event data are `{ key, inputValue }`. */
  readonly keyUp: TriggerMethod = eventMethod(this, "keyUp");
  readonly #choices: ChoiceTable;

  constructor(options: DropdownOptions<TChoices, TType, TMulti, TCustom, TRequired> = {}) {
    super(options);
    const { choices = [], maxChoices, multiselect } = options;
    if (maxChoices !== undefined && !(Number.isInteger(maxChoices) && maxChoices > 0)) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Dropdown expected maxChoices to be a whole number above 0, got ${describeValue(maxChoices)}.`,
      });
    }
    this.#choices = new ChoiceTable(choices, "Dropdown");
    this.payloadSchema = multiselect ? multiSchema : singleSchema;
    this.emptyPayload = multiselect ? [] : null;
  }

  preprocess(payload: DropdownPayload): DropdownIn<TChoices, TType, TMulti, TCustom, TRequired> {
    type In = DropdownIn<TChoices, TType, TMulti, TCustom, TRequired>;
    if (Array.isArray(payload)) return this.#receiveMany(payload) as In;
    if (payload !== null) return this.#receive(payload as ChoiceValue) as In;
    if (this.options.required === false) return null as In;
    throw this.refuse("VALUE_REQUIRED", "expected a choice, got none.", "Choose one.");
  }

  postprocess(value: DropdownOut<TChoices, TMulti, TCustom>): DropdownPayload {
    const shown: unknown = value;
    if (shown === null || shown === undefined) return this.emptyPayload;
    if (!this.options.multiselect) return this.#show(shown);
    return [...new Set((Array.isArray(shown) ? shown : [shown]).map((one) => this.#show(one)))];
  }

  override async initialPayload(): Promise<DropdownPayload> {
    const { value, multiselect } = this.options;
    if (value === undefined) return multiselect ? [] : (this.#choices.values[0] ?? null);
    return typeof value === "function"
      ? this.emptyPayload
      : this.postprocess(value as DropdownOut<TChoices, TMulti, TCustom>);
  }

  examplePayload(): DropdownPayload {
    return this.options.multiselect ? this.#choices.values.slice(0, 1) : (this.#choices.values[0] ?? null);
  }

  override jsonSchema(): JsonObject {
    const known = this.#choices.toJsonSchema();
    const one = this.options.allowCustomValue ? { anyOf: [known, { type: "string" }] } : known;
    return this.options.multiselect ? { type: "array", items: one } : { anyOf: [one, { type: "null" }] };
  }

  override preview(payload: DropdownPayload): Preview {
    const values = Array.isArray(payload) ? payload : payload === null ? [] : [payload];
    return { text: values.map((value: ChoiceValue) => this.#choices.labelOf(value)).join(", ") };
  }

  protected override ownProps(): Props {
    const {
      multiselect = false,
      allowCustomValue = false,
      maxChoices,
      filterable = true,
      placeholder,
      required = true,
    } = this.options;
    return {
      choices: this.#choices.toProp(),
      multiselect,
      allowCustomValue,
      ...(maxChoices === undefined ? {} : { maxChoices }),
      filterable: filterable || allowCustomValue,
      ...(placeholder === undefined ? {} : { placeholder }),
      required,
    };
  }

  #receiveMany(payload: readonly ChoiceValue[]): readonly unknown[] {
    const chosen = [...new Set(payload)];
    const { maxChoices } = this.options;
    if (maxChoices !== undefined && chosen.length > maxChoices) {
      throw this.refuse(
        "VALUE_OUT_OF_RANGE",
        `expected at most ${maxChoices} choices, got ${chosen.length}.`,
        "Remove some.",
      );
    }
    return chosen.map((value) => this.#receive(value));
  }

  #receive(value: ChoiceValue): unknown {
    const index = this.#choices.indexOf(value);
    const isCustom =
      index === undefined && this.options.allowCustomValue === true && typeof value === "string";
    if (index === undefined && !isCustom) throw this.#choices.refusal("CHOICE_UNKNOWN", value, this);
    return this.options.type === "index" ? (index ?? null) : value;
  }

  #show(value: unknown): ChoiceValue {
    const isShown =
      this.#choices.indexOf(value) !== undefined ||
      (this.options.allowCustomValue === true && typeof value === "string");
    if (!isShown) throw this.#choices.refusal("VALUE_NOT_SHOWN", value, this);
    return value as ChoiceValue;
  }
}
