import type { ScriptControl } from "./script-postprocessing.ts";

/**
 * A control described by a component's name and options. The page builds the component of that name from it;
 * a script may as well return components themselves.
 */
export interface DescribedControl<Options = object> extends ScriptControl {
  readonly type: "checkbox" | "slider" | "dropdown" | "radio" | "checkboxgroup";
  readonly options: ScriptControl["options"] & Options;
  /** The control is shown only while another of the script has this value; its own value counts all the same. */
  readonly shownWhile?: { readonly control: string; readonly is: string };
}

interface SliderOptions {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

interface ChoiceOptions<Value> {
  readonly label: string;
  /** A line of explanation. */
  readonly info?: string;
  readonly value: Value;
  readonly choices: readonly string[];
}

export function checkbox(label: string, value: boolean): DescribedControl {
  return { type: "checkbox", options: { label, value } };
}

export function slider(options: SliderOptions): DescribedControl<SliderOptions> {
  return { type: "slider", options };
}

export function dropdown(options: ChoiceOptions<string>): DescribedControl<ChoiceOptions<string>> {
  return { type: "dropdown", options };
}

export function radio(options: ChoiceOptions<string>): DescribedControl<ChoiceOptions<string>> {
  return { type: "radio", options };
}

export function checkboxGroup(
  options: ChoiceOptions<readonly string[]>,
): DescribedControl<ChoiceOptions<readonly string[]>> {
  return { type: "checkboxgroup", options };
}

/** The same control, shown only while another of the script has a value. */
export function shownWhile<Options>(
  control: string,
  is: string,
  shown: DescribedControl<Options>,
): DescribedControl<Options> {
  return { ...shown, shownWhile: { control, is } };
}
