import { accessibleName } from "../shared/browser/accessible-name.ts";
import { ChoiceLabel } from "../shared/browser/choice.tsx";
import { describedBy, Field, infoId, inputId } from "../shared/browser/field.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import "./checkbox.css";

/** A box to tick, its label beside it and its explanation below. */
export default function CheckboxView(view: ViewInput<boolean>) {
  const { props, payload, interactive } = view;
  const { label: _label, info: _info, ...rest } = props;
  const label = textProp(props, "label");
  const info = textProp(props, "info");
  const toggle = (isTicked: boolean): void => {
    view.set(isTicked);
    view.emit("select", { value: label, selected: isTicked });
  };
  return (
    <Field view={{ ...view, props: rest }}>
      <ChoiceLabel
        disabled={!interactive}
        input={
          <input
            id={inputId(view)}
            type="checkbox"
            data-part="input"
            {...accessibleName(view, "Checkbox")}
            {...describedBy(view)}
            checked={payload}
            disabled={!interactive}
            onChange={(event) => toggle(event.currentTarget.checked)}
          />
        }
      >
        <span class={flagProp(props, "showLabel", true) ? undefined : "vt-hidden"}>{label}</span>
      </ChoiceLabel>
      {info && (
        <p class="vt-info vt-checkbox-info" id={infoId(view)}>
          {info}
        </p>
      )}
    </Field>
  );
}
