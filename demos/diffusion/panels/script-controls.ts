import { Accordion, Checkbox, CheckboxGroup, Dropdown, Radio, Slider } from "vitrine";
import * as v from "valibot";
import type { ScriptSlot } from "../postprocessing/runner.ts";
import type { ScriptControl } from "../postprocessing/script-postprocessing.ts";

const choices = v.array(v.string());
/** The page always has one; a description without says nothing. */
const label = v.optional(v.string(), "");

/** Descriptions of controls, as `controls.ts` makes them. */
const describedSchema = v.variant("type", [
  v.object({ type: v.literal("checkbox"), options: v.object({ label, value: v.boolean() }) }),
  v.object({
    type: v.literal("slider"),
    options: v.object({
      label,
      value: v.number(),
      minimum: v.number(),
      maximum: v.number(),
      step: v.number(),
    }),
  }),
  v.object({ type: v.literal("dropdown"), options: v.object({ label, value: v.string(), choices }) }),
  v.object({ type: v.literal("radio"), options: v.object({ label, value: v.string(), choices }) }),
  v.object({ type: v.literal("checkboxgroup"), options: v.object({ label, value: choices, choices }) }),
]);

/** A component that carries a control's value. */
export type ControlComponent = Checkbox | CheckboxGroup | Dropdown | Radio | Slider;

/** One script's section, closed but for the first, with a component for each of its controls. */
export function buildScriptSection<Image>(
  { script, controls }: ScriptSlot<Image>,
  { open }: { readonly open: boolean },
): { readonly section: Accordion; readonly components: readonly ControlComponent[] } {
  const components: ControlComponent[] = [];
  const section = new Accordion({ label: script.name, open, elemClasses: ["studio-script"] }, () => {
    for (const control of Object.values(controls)) components.push(toComponent(control));
  });
  return { section, components };
}

/** A component stands for itself; a description becomes the component it describes. */
function toComponent(control: ScriptControl): ControlComponent {
  if (isComponent(control)) return control.render();
  const described = v.parse(describedSchema, control);
  switch (described.type) {
    case "checkbox":
      return new Checkbox(described.options);
    case "slider":
      return new Slider(described.options);
    case "dropdown":
      return new Dropdown(described.options);
    case "radio":
      return new Radio(described.options);
    case "checkboxgroup":
      return new CheckboxGroup(described.options);
  }
}

/** Scripts construct components with `render: false`; here is their place. */
function isComponent(control: ScriptControl): control is ControlComponent {
  return [Checkbox, CheckboxGroup, Dropdown, Radio, Slider].some((Class) => control instanceof Class);
}
