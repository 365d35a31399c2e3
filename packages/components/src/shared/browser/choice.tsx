import type { ComponentChildren } from "preact";
import "./choice.css";

interface ChoiceProps {
  /** The input itself. */
  readonly input: ComponentChildren;
  readonly children: ComponentChildren;
  readonly disabled: boolean;
}

/** A box or a dot with its words; pressing the words presses it. */
export function ChoiceLabel({ input, children, disabled }: ChoiceProps) {
  return (
    <label class="vt-choice" data-part="choice" data-disabled={disabled || undefined}>
      {input}
      <span class="vt-choice-text">{children}</span>
    </label>
  );
}
