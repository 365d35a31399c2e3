import { useState } from "preact/hooks";
import { Field, labelId } from "../shared/browser/field.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { LabelPayload } from "./label-payload.ts";
import "./label.css";

/** The best class, and a bar for each. */
export default function LabelView(view: ViewInput<LabelPayload>) {
  const { props, payload } = view;
  const [chosen, setChosen] = useState<string>();
  const color = textProp(props, "color");
  const select = (label: string, index: number): void => {
    setChosen(label);
    view.emit("select", { index, value: label });
  };
  const hasHeading =
    payload !== null && (payload.confidences === undefined || flagProp(props, "showHeading", true));
  return (
    <Field view={view}>
      <div class="vt-class" data-part="label-value">
        {payload === null && <p class="vt-muted vt-class-empty">Nothing classified yet</p>}
        {hasHeading && <p class="vt-class-heading">{String(payload.label)}</p>}
        {payload?.confidences && (
          <ol
            class="vt-class-list"
            {...(textProp(props, "label")
              ? { "aria-labelledby": labelId(view) }
              : { "aria-label": "Confidences" })}
          >
            {payload.confidences.map(({ label, confidence }, index) => (
              <li key={label}>
                <button
                  type="button"
                  class="vt-class-row"
                  aria-pressed={chosen === label}
                  onClick={() => select(label, index)}
                >
                  <span class="vt-class-name">{label}</span>
                  <span class="vt-class-percent">{toPercent(confidence)}</span>
                  <svg class="vt-class-bar" width="100%" height="6" aria-hidden="true">
                    <rect class="vt-class-track" width="100%" height="6" rx="3" />
                    <rect
                      class="vt-class-fill"
                      width={`${clampPercent(confidence)}%`}
                      height="6"
                      rx="3"
                      {...(color ? { fill: color } : {})}
                    />
                  </svg>
                </button>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Field>
  );
}

/** Whole percents, with a decimal where two classes would look alike at the ends. */
function toPercent(confidence: number): string {
  const percent = confidence * 100;
  const isNearEnd = (percent > 0 && percent < 1) || (percent > 99 && percent < 100);
  return `${isNearEnd ? percent.toFixed(1) : Math.round(percent)}%`;
}

function clampPercent(confidence: number): number {
  return Math.min(100, Math.max(0, confidence * 100));
}
