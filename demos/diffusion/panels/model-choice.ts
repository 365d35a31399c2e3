import { skip, Textbox } from "vitrine";
import type { ModelChoice, Studio } from "../studio.ts";
import { ownSampler, type FormValues } from "./form-values.ts";
import type { Form } from "./txt2img.ts";

const names = ["sampler", "schedule", "steps", "cfgScale", "width", "height"] as const;

type Shown<Value> = Value | ReturnType<typeof skip>;

/** Values that each model has its own of. */
type ModelValues = Pick<FormValues, (typeof names)[number]>;

/** What the fields hold when a model is chosen. */
export function modelValues({ sampler = ownSampler, ...others }: ModelChoice): ModelValues {
  return { sampler, ...others };
}

/**
 * When another model is chosen, the fields that nobody changed take what is usual for it.
 *
 * @returns the model that the fields were filled in for; whoever fills in model and fields together sets it too, and so
 *   keeps them
 */
export function followModel({ models }: Studio, form: Form): Textbox {
  // No State: it goes with the fields, and those outlive the session in their tab.
  const filledFor = new Textbox({ visible: false, label: "filled for", value: models[0]?.name ?? "" });
  const fields = names.map((name) => form[name]);
  form.model.change(
    (...[model, before, ...shown]): [Shown<string>, ...Shown<string | number>[]] => {
      const chosen = models.find(({ name }) => name === model);
      const left = models.find(({ name }) => name === before);
      if (!chosen || !left || chosen === left) return [skip(), ...fields.map(() => skip())];
      const [next, last] = [modelValues(chosen), modelValues(left)];
      const isKept = (name: (typeof names)[number], value: unknown) =>
        value !== last[name] && canDraw(chosen, name, value);
      return [chosen.name, ...names.map((name, i) => (isKept(name, shown[i]) ? skip() : next[name]))];
    },
    [form.model, filledFor, ...fields],
    [filledFor, ...fields],
    { apiName: false, showProgress: "hidden", concurrencyLimit: null },
  );
  return filledFor;
}

/** Sizes depend on the model; the rest is the same in all. */
function canDraw({ factor }: ModelChoice, name: string, value: unknown): boolean {
  return !["width", "height"].includes(name) || Number(value) % factor === 0;
}
