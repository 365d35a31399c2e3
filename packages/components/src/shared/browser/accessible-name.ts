import { textProp, type ViewInput } from "./view.ts";

/** An `aria-label` for an input whose component has no label; nothing when it has one. */
export function accessibleName(view: Pick<ViewInput, "props">, fallback: string): { "aria-label"?: string } {
  return textProp(view.props, "label")
    ? {}
    : { "aria-label": textProp(view.props, "placeholder") || fallback };
}
