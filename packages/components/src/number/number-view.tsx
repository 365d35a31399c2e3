import { useRef } from "preact/hooks";
import { accessibleName } from "../shared/browser/accessible-name.ts";
import { describedBy, Field, inputId } from "../shared/browser/field.tsx";
import { flagProp, numberProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import "./number.css";

/** A box for a number; empty is null. */
export default function NumberView(view: ViewInput<number | null>) {
  const { props, payload, interactive } = view;
  // What was typed stays as typed ("1.50", "-") as long as it stands for the payload.
  const typed = useRef<{ readonly text: string; readonly number: number | null }>(undefined);
  const isOwn = typed.current !== undefined && typed.current.number === payload;
  const take = (text: string): void => {
    const number = text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
    typed.current = { text, number };
    if (number !== payload) view.set(number);
  };
  const leave = (): void => {
    typed.current = undefined;
    view.emit("blur");
  };
  const submit = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && interactive)
      view.emit("submit");
  };
  const placeholder = textProp(props, "placeholder");
  const minimum = numberProp(props, "minimum");
  return (
    <Field view={view} htmlFor={inputId(view)}>
      <input
        id={inputId(view)}
        type="number"
        class="vt-input vt-number"
        data-part="input"
        inputMode={inputMode(minimum, numberProp(props, "precision"))}
        {...accessibleName(view, "Number")}
        {...describedBy(view)}
        {...(minimum === undefined ? {} : { min: minimum })}
        {...(props["maximum"] === undefined ? {} : { max: numberProp(props, "maximum") })}
        {...(placeholder ? { placeholder } : {})}
        {...(flagProp(props, "required") ? { "aria-required": "true" } : {})}
        step={numberProp(props, "step") ?? 1}
        value={isOwn ? (typed.current?.text ?? "") : payload === null ? "" : String(payload)}
        readOnly={!interactive}
        onInput={(event) => take(event.currentTarget.value)}
        onKeyDown={submit}
        onFocus={() => view.emit("focus")}
        onBlur={leave}
      />
    </Field>
  );
}

/** The keyboard a phone shows: its numeric ones have no minus sign. */
function inputMode(
  minimum: number | undefined,
  precision: number | undefined,
): "numeric" | "decimal" | "text" {
  if (minimum === undefined || minimum < 0) return "text";
  return precision === 0 ? "numeric" : "decimal";
}
