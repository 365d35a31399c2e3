import { RotateCcw } from "lucide";
import { useRef } from "preact/hooks";
import { describedBy, Field, inputId } from "../shared/browser/field.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { listProp, numberProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import "./slider.css";

/** A range and a number box that follow each other. */
export default function SliderView(view: ViewInput<number>) {
  const { props, payload, interactive } = view;
  const first = useRef(payload);
  const minimum = numberProp(props, "minimum") ?? 0;
  const maximum = numberProp(props, "maximum") ?? 100;
  const range = { min: minimum, max: maximum, step: numberProp(props, "step") ?? "any" };
  const canReset = interactive && listProp(props, "buttons").includes("reset");

  const release = () => view.emit("release", view.payload);
  const type = (text: string) => {
    const typed = Number(text);
    if (text !== "" && Number.isFinite(typed)) view.set(typed);
  };
  const clampAndRelease = () => {
    const clamped = Math.min(maximum, Math.max(minimum, payload));
    if (clamped !== payload) view.set(clamped);
    release();
  };
  return (
    <Field
      view={view}
      htmlFor={inputId(view)}
      tools={
        canReset && (
          <IconButton
            icon={RotateCcw}
            label={`Reset ${textProp(props, "label")}`.trim()}
            onClick={() => view.set(first.current)}
          />
        )
      }
    >
      <div class="vt-slider">
        <input
          id={inputId(view)}
          type="range"
          class="vt-slider-range"
          {...range}
          {...describedBy(view)}
          value={payload}
          disabled={!interactive}
          onInput={(event) => view.set(event.currentTarget.valueAsNumber)}
          onChange={release}
        />
        <input
          type="number"
          class="vt-input vt-slider-number"
          aria-label={`${textProp(props, "label", "Value")}, as a number`}
          {...range}
          value={payload}
          disabled={!interactive}
          onInput={(event) => type(event.currentTarget.value)}
          onBlur={clampAndRelease}
        />
      </div>
    </Field>
  );
}
