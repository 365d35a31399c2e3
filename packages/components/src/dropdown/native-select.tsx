import { ChevronDown } from "lucide";
import { accessibleName } from "../shared/browser/accessible-name.ts";
import { choicesProp } from "../shared/browser/choices-prop.ts";
import { describedBy, Field, inputId } from "../shared/browser/field.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { DropdownPayload } from "./dropdown-payload.ts";

/** The browser's own select; an option's value is its place, since choices may be numbers. */
export function NativeSelect({ view }: { readonly view: ViewInput<DropdownPayload> }) {
  const { props, payload, interactive } = view;
  const choices = choicesProp(props);
  const chosen = choices.findIndex(({ value }) => value === payload);
  const isRequired = flagProp(props, "required", true);
  const choose = (index: number): void => {
    const choice = choices[index];
    view.set(choice?.value ?? null);
    if (choice) view.emit("select", { index, value: choice.value, selected: true });
  };
  return (
    <Field view={view} htmlFor={inputId(view)}>
      <div class="vt-dropdown-native" data-part="select">
        <select
          id={inputId(view)}
          class="vt-input"
          data-part="input"
          {...accessibleName(view, "Choice")}
          {...describedBy(view)}
          {...(isRequired ? { "aria-required": "true" } : {})}
          value={`${chosen}`}
          disabled={!interactive}
          onChange={(event) => choose(Number(event.currentTarget.value))}
          onFocus={() => view.emit("focus")}
          onBlur={() => view.emit("blur")}
          onKeyUp={(event) => view.emit("keyUp", { key: event.key, inputValue: "" })}
        >
          {(chosen === -1 || !isRequired) && (
            <option value="-1" selected={chosen === -1} disabled={isRequired}>
              {textProp(props, "placeholder", "Choose…")}
            </option>
          )}
          {choices.map(({ label }, index) => (
            <option key={index} value={`${index}`} selected={index === chosen}>
              {label}
            </option>
          ))}
        </select>
        <span class="vt-dropdown-chevron">
          <Icon of={ChevronDown} />
        </span>
      </div>
    </Field>
  );
}
