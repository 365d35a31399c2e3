import type { ComponentChildren } from "preact";
import { flagProp, textProp, type ViewInput } from "./view.ts";

interface FieldProps {
  readonly view: Pick<ViewInput, "id" | "props" | "error">;
  /** Id of the input the label belongs to. @default no `for`; the label names the group instead */
  readonly htmlFor?: string;
  /** Tools at the right of the label. */
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Label, explanation, the control itself, and what is wrong with it. */
export function Field({ view, htmlFor, tools, children }: FieldProps) {
  const label = textProp(view.props, "label");
  const info = textProp(view.props, "info");
  const isLabelShown = flagProp(view.props, "showLabel", true);
  const Label = htmlFor === undefined ? "span" : "label";
  return (
    <div class="vt-field" data-part="field">
      {(label || tools) && (
        <div class={isLabelShown || tools ? "vt-field-head" : "vt-hidden"}>
          {label && (
            <Label
              class={isLabelShown ? "vt-label" : "vt-label vt-hidden"}
              id={labelId(view)}
              {...(htmlFor === undefined ? {} : { for: htmlFor })}
              data-part="label"
            >
              {label}
            </Label>
          )}
          {tools}
        </div>
      )}
      {info && (
        <p class="vt-info" id={infoId(view)}>
          {info}
        </p>
      )}
      {children}
      {view.error && (
        <p class="vt-error" id={errorId(view)} role="alert" data-part="error">
          {view.error}
        </p>
      )}
    </div>
  );
}

type Described = Pick<ViewInput, "id" | "props" | "error">;

export function inputId(view: Described): string {
  return `${view.id}-input`;
}

export function labelId(view: Described): string {
  return `${view.id}-label`;
}

export function infoId(view: Described): string {
  return `${view.id}-info`;
}

export function errorId(view: Described): string {
  return `${view.id}-error`;
}

/** ARIA attributes that tie an input to its explanation and its error. */
export function describedBy(view: Described): { "aria-describedby"?: string; "aria-invalid"?: "true" } {
  const ids = [textProp(view.props, "info") && infoId(view), view.error && errorId(view)]
    .filter(Boolean)
    .join(" ");
  return {
    ...(ids ? { "aria-describedby": ids } : {}),
    ...(view.error ? { "aria-invalid": "true" as const } : {}),
  };
}
