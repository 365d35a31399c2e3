import { skip } from "vitrine";
import { latentUpscalers } from "../pipeline/generation/resize-latents.ts";
import type { Studio } from "../studio.ts";
import { fromInfotext, type FormField } from "./form-values.ts";

interface Filling {
  /** The fields, in the order of the answer. */
  readonly names: readonly string[];
  readonly text: string | undefined;
}

/**
 * Values for the fields of txt2img, and behind them the model they are for; a field that the text says nothing about
 * stays as it is.
 */
export function fillForm(studio: Studio, { names, text }: Filling) {
  const values = fromInfotext(text ?? "", {
    models: studio.models.map(({ name }) => name),
    upscalers: [...Object.keys(latentUpscalers), ...studio.upscalers],
  });
  const isEmpty = text === undefined || text.trim() === "";
  return [...names, "model"].map((name) => (isEmpty ? skip() : (values[name as FormField] ?? skip())));
}
