import { ArrowUp, Square } from "lucide";
import { Field, inputId } from "../shared/browser/field.tsx";
import { CopyButton } from "../shared/browser/copy-button.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { flagProp, listProp, numberProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import { TextInput } from "./text-input.tsx";
import "./textbox.css";

/** A box of text, with its tools and the buttons inside it. */
export default function TextboxView(view: ViewInput<string>) {
  const { props, payload, page } = view;
  const hasCopy = listProp(props, "buttons").includes("copy");
  const copyLabel = `Copy ${textProp(props, "label")}`.trim();
  return (
    <Field
      view={view}
      htmlFor={inputId(view)}
      tools={
        hasCopy && (
          <CopyButton
            text={() => payload}
            label={copyLabel}
            page={page}
            onCopy={(value) => view.emit("copy", { value })}
          />
        )
      }
    >
      <Frame view={view} />
    </Field>
  );
}

/** The input alone, or in a frame with the buttons that stand inside the box. */
function Frame({ view }: { readonly view: ViewInput<string> }) {
  const submit = buttonText(view, "submitBtn");
  const stop = buttonText(view, "stopBtn");
  const hasButtons = submit !== undefined || stop !== undefined;
  // With both, one place serves for both: stop while a job runs, else submit.
  const isStopShown = stop !== undefined && (submit === undefined || view.isRunning);
  if (!hasButtons) return <TextInput view={view} />;
  const isMultiline = (numberProp(view.props, "lines") ?? 1) > 1;
  return (
    <div class="vt-textbox-frame" data-part="frame" data-multiline={isMultiline || undefined}>
      <TextInput view={view} />
      {isStopShown ? (
        <button
          key="act"
          type="button"
          class="vt-textbox-act"
          data-kind="stop"
          aria-label={stop || "Stop"}
          onClick={() => view.emit("stop")}
        >
          {stop || <Icon of={Square} />}
        </button>
      ) : (
        <button
          key="act"
          type="button"
          class="vt-textbox-act"
          data-kind="submit"
          aria-label={submit || "Submit"}
          disabled={!view.interactive}
          onClick={() => view.emit("submit")}
        >
          {submit || <Icon of={ArrowUp} />}
        </button>
      )}
    </div>
  );
}

/** Text of a button inside the box, "" for its icon; undefined without it. */
function buttonText({ props }: ViewInput<string>, name: "submitBtn" | "stopBtn"): string | undefined {
  return textProp(props, name) || (flagProp(props, name) ? "" : undefined);
}
