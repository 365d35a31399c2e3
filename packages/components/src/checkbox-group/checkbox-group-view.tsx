import { useEffect, useRef } from "preact/hooks";
import { accessibleName } from "../shared/browser/accessible-name.ts";
import { ChoiceLabel } from "../shared/browser/choice.tsx";
import { choicesProp, type ShownChoice } from "../shared/browser/choices-prop.ts";
import { describedBy, Field, labelId } from "../shared/browser/field.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";

type Chosen = readonly (string | number)[];

/** Any number of choices of a few, and a box that ticks all of them. */
export default function CheckboxGroupView(view: ViewInput<Chosen>) {
  const { props, payload, interactive } = view;
  const choices = choicesProp(props);
  const toggle = ({ value }: ShownChoice, index: number): void => {
    const selected = !payload.includes(value);
    view.set(selected ? [...payload, value] : payload.filter((chosen) => chosen !== value));
    view.emit("select", { index, value, selected });
  };
  return (
    <Field
      view={view}
      tools={flagProp(props, "showSelectAll") && <SelectAll view={view} choices={choices} />}
    >
      <div
        class="vt-choices"
        data-part="choices"
        role="group"
        {...(textProp(props, "label")
          ? { "aria-labelledby": labelId(view) }
          : accessibleName(view, "Choices"))}
        {...describedBy(view)}
      >
        {choices.map((choice, index) => (
          <ChoiceLabel
            key={index}
            disabled={!interactive}
            input={
              <input
                type="checkbox"
                checked={payload.includes(choice.value)}
                disabled={!interactive}
                onChange={() => toggle(choice, index)}
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

interface SelectAllProps {
  readonly view: ViewInput<Chosen>;
  readonly choices: readonly ShownChoice[];
}

/** Ticked when all are, half when some are. */
function SelectAll({ view, choices }: SelectAllProps) {
  const box = useRef<HTMLInputElement>(null);
  const ticked = choices.filter(({ value }) => view.payload.includes(value)).length;
  const isAll = choices.length > 0 && ticked === choices.length;
  useEffect(() => {
    if (box.current) box.current.indeterminate = ticked > 0 && !isAll;
  }, [ticked, isAll]);
  return (
    <ChoiceLabel
      disabled={!view.interactive}
      input={
        <input
          ref={box}
          type="checkbox"
          checked={isAll}
          disabled={!view.interactive}
          onChange={() => view.set(isAll ? [] : choices.map(({ value }) => value))}
        />
      }
    >
      Select all
    </ChoiceLabel>
  );
}
