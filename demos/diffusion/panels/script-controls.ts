import { Accordion, Checkbox, CheckboxGroup, Dropdown, Radio, Slider, update } from "vitrine";
import * as v from "valibot";
import type { ScriptSlot } from "../postprocessing/runner.ts";
import type { ScriptControl } from "../postprocessing/script-postprocessing.ts";

const choices = v.array(v.string());
/** The page always has one; a description without says nothing. */
const label = v.optional(v.string(), "");
const info = v.exactOptional(v.string());

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
  v.object({ type: v.literal("dropdown"), options: v.object({ label, info, value: v.string(), choices }) }),
  v.object({ type: v.literal("radio"), options: v.object({ label, info, value: v.string(), choices }) }),
  v.object({ type: v.literal("checkboxgroup"), options: v.object({ label, info, value: choices, choices }) }),
]);

/** A component that carries a control's value. */
export type ControlComponent = Checkbox | CheckboxGroup | Dropdown | Radio | Slider;

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** One script's section, open where the script is on from the start, with a component for each of its controls. */
export function buildScriptSection<Image>({ script, controls }: ScriptSlot<Image>): {
  readonly section: Accordion;
  readonly components: readonly ControlComponent[];
} {
  const components = new Map<string, ControlComponent>();
  const [first, switched] = Object.entries(controls)[0] ?? [];
  const isOn = switched?.options.value === true && isSwitch(first);
  const section = new Accordion(
    { label: sectionLabel(script.name, isOn), open: isOn, elemClasses: ["studio-script"] },
    () => {
      for (const [name, control] of Object.entries(controls)) {
        components.set(name, toComponent(control, isShown(control, controls)));
      }
    },
  );
  const toggle = components.get(first ?? "");
  if (toggle instanceof Checkbox && isSwitch(first)) {
    toggle.change((on) => update({ label: sectionLabel(script.name, on) }), toggle, section, quiet);
  }
  wireShown(controls, components);
  return { section, components: [...components.values()] };
}

/** A closed section says whether its script is on. */
function sectionLabel(name: string, isOn: boolean): string {
  return isOn ? `${name} · on` : name;
}

/** The tick that switches a script on stands first, by one of the names that scripts use for it. */
function isSwitch(name: string | undefined): boolean {
  return name !== undefined && /^enabled?$|Enabled$/.test(name);
}

const shownWhileSchema = v.object({
  shownWhile: v.object({ control: v.string(), is: v.string() }),
});

function isShown(control: ScriptControl, controls: ScriptSlot<unknown>["controls"]): boolean {
  if (!v.is(shownWhileSchema, control)) return true;
  return controls[control.shownWhile.control]?.options.value === control.shownWhile.is;
}

/** Controls that belong to one choice come and go with it. */
function wireShown(
  controls: ScriptSlot<unknown>["controls"],
  components: ReadonlyMap<string, ControlComponent>,
): void {
  for (const [name, component] of components) {
    const control = controls[name];
    if (!v.is(shownWhileSchema, control)) continue;
    const { control: other, is } = control.shownWhile;
    const decider = components.get(other);
    const show = (value: unknown) => update({ visible: value === is });
    if (decider instanceof Radio) decider.change(show, decider, component, quiet);
    if (decider instanceof Dropdown) decider.change(show, decider, component, quiet);
  }
}

/** A component stands for itself; a description becomes the component it describes. */
function toComponent(control: ScriptControl, visible: boolean): ControlComponent {
  if (isComponent(control)) return control.render();
  const described = v.parse(describedSchema, control);
  switch (described.type) {
    case "checkbox":
      return new Checkbox({ ...described.options, visible });
    case "slider":
      return new Slider({ ...described.options, visible });
    case "dropdown":
      return new Dropdown({ ...described.options, visible });
    case "radio":
      return new Radio({ ...described.options, visible });
    case "checkboxgroup":
      return new CheckboxGroup({ ...described.options, visible });
  }
}

/** Scripts construct components with `render: false`; here is their place. */
function isComponent(control: ScriptControl): control is ControlComponent {
  return [Checkbox, CheckboxGroup, Dropdown, Radio, Slider].some((Class) => control instanceof Class);
}
