import { Component, eventMethod, type ComponentOptions, type TriggerMethod } from "@vitrine/core";
import * as v from "valibot";
import { describeValue } from "../shared/describe-value.ts";

export type CheckboxOptions = ComponentOptions<boolean | null>;

/**
 * A box to tick. Your function receives a boolean; it may return one, or `null` for an empty box.
 *
 * @example new Checkbox({ label: "Send me the news", value: true })
 */
export class Checkbox extends Component<boolean, boolean | null, boolean> {
  readonly type = "checkbox";
  override readonly events = ["change", "input", "select"];
  declare readonly options: CheckboxOptions;
  readonly payloadSchema = v.boolean();
  readonly emptyPayload = false;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor ticked or cleared it; its event data are `{ value: label, selected }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: CheckboxOptions = {}) {
    super(options);
  }

  preprocess(payload: boolean): boolean {
    return payload;
  }

  postprocess(value: boolean | null): boolean {
    if (value === null || value === undefined) return false;
    if (typeof value === "boolean") return value;
    throw this.refuse("VALUE_NOT_SHOWN", `shows true or false, got ${describeValue(value)}.`);
  }

  examplePayload(): boolean {
    return true;
  }
}
