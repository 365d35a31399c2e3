import { accessibleName } from "../shared/browser/accessible-name.ts";
import { ChoiceLabel } from "../shared/browser/choice.tsx";
import { choicesProp, type ShownChoice } from "../shared/browser/choices-prop.ts";
import { describedBy, Field, labelId } from "../shared/browser/field.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";

/** One choice of a few; the browser's own radio buttons, with their arrow keys. */
export default function RadioView(view: ViewInput<string | number | null>) {
  const { props, payload, interactive } = view;
  const choose = ({ value }: ShownChoice, index: number): void => {
    view.set(value);
    view.emit("select", { index, value, selected: true });
  };
  return (
    <Field view={view}>
      <div
        class="vt-choices"
        data-part="choices"
        role="radiogroup"
        {...(textProp(props, "label")
          ? { "aria-labelledby": labelId(view) }
          : accessibleName(view, "Choices"))}
        {...describedBy(view)}
        {...(flagProp(props, "required") ? { "aria-required": "true" } : {})}
        {...(flagProp(props, "rtl") ? { dir: "rtl" } : {})}
      >
        {choicesProp(props).map((choice, index) => (
          <ChoiceLabel
            key={index}
            disabled={!interactive}
            input={
              <input
                type="radio"
                name={view.id}
                checked={choice.value === payload}
                disabled={!interactive}
                onChange={() => choose(choice, index)}
              />
            }
          >
            {choice.label}
          </ChoiceLabel>
        ))}
      </div>
    </Field>
  );
}
