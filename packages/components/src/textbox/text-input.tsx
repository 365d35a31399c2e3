import { useEffect, useRef } from "preact/hooks";
import { accessibleName } from "../shared/browser/accessible-name.ts";
import { describedBy, inputId } from "../shared/browser/field.tsx";
import { useAutoGrow } from "../shared/browser/use-auto-grow.ts";
import { useAutoscroll } from "../shared/browser/use-autoscroll.ts";
import { flagProp, numberProp, textProp, type ViewInput, type ViewProps } from "../shared/browser/view.ts";
import { inputAttributeNames } from "./input-attributes.ts";

type TextElement = HTMLTextAreaElement | HTMLInputElement;

/** The input of a Textbox: one that grows, or the browser's one-line input where no line breaks are allowed. */
export function TextInput({ view }: { readonly view: ViewInput<string> }) {
  const { props, payload } = view;
  const element = useRef<TextElement>(null);
  const composing = useRef(false);
  const lines = numberProp(props, "lines") ?? 1;
  const maxLines = numberProp(props, "maxLines") ?? 20;
  useAutoGrow(element, { lines, maxLines, text: payload });
  useAutoscroll(element, payload, flagProp(props, "autoscroll", true));
  useAutofocus(element, flagProp(props, "autofocus"));

  const take = (typed: string): void => {
    if (!composing.current && typed !== payload) view.set(typed);
  };
  const shared = {
    id: inputId(view),
    class: "vt-input vt-textbox-text",
    "data-part": "input",
    ...accessibleName(view, "Text"),
    ...describedBy(view),
    ...textAttributes(props),
    // Writing to an input while an input method composes would break the word being typed.
    value: composing.current ? (element.current?.value ?? payload) : payload,
    readOnly: !view.interactive,
    onInput: (event: { readonly currentTarget: TextElement }) => take(event.currentTarget.value),
    onCompositionStart: () => {
      composing.current = true;
    },
    onCompositionEnd: (event: { readonly currentTarget: TextElement }) => {
      composing.current = false;
      take(event.currentTarget.value);
    },
    onKeyDown: (event: KeyboardEvent) => submitOnEnter(event, { view, lines, canBreak: maxLines > 1 }),
    onSelect: (event: { readonly currentTarget: TextElement }) => reportSelection(event.currentTarget, view),
    onFocus: () => view.emit("focus"),
    onBlur: () => view.emit("blur"),
  };
  if (maxLines === 1) return oneLine(textProp(props, "inputType"), { ...shared, ref: setRef(element) });
  const rows = Math.min(maxLines, Math.max(lines, payload.split("\n").length));
  return <textarea ref={setRef(element)} rows={rows} {...shared} />;
}

function setRef(ref: { current: TextElement | null }) {
  return (element: TextElement | null): void => {
    ref.current = element;
  };
}

function oneLine(type: string, attributes: object) {
  if (type === "password") return <input type="password" {...attributes} />;
  if (type === "email") return <input type="email" {...attributes} />;
  return <input type="text" {...attributes} />;
}

function textAttributes(props: ViewProps): Record<string, string | number | boolean> {
  const given = props["htmlAttributes"];
  const allowed = inputAttributeNames.flatMap((name) => {
    const value =
      typeof given === "object" && given !== null && !Array.isArray(given)
        ? (given as ViewProps)[name]
        : undefined;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? [[name, value] as const]
      : [];
  });
  const maxLength = numberProp(props, "maxLength");
  const placeholder = textProp(props, "placeholder");
  const textAlign = textProp(props, "textAlign");
  return {
    ...Object.fromEntries(allowed),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(placeholder ? { placeholder } : {}),
    ...(textAlign ? { "data-align": textAlign } : {}),
    ...(flagProp(props, "rtl") ? { dir: "rtl" } : {}),
    ...(flagProp(props, "required") ? { "aria-required": "true" } : {}),
    ...(flagProp(props, "autofocus") ? { autofocus: true } : {}),
  };
}

interface EnterRule {
  readonly view: ViewInput<string>;
  readonly lines: number;
  readonly canBreak: boolean;
}

/** One line: Enter submits, Shift+Enter breaks the line. Several: the other way round. */
function submitOnEnter(event: KeyboardEvent, { view, lines, canBreak }: EnterRule): void {
  // 229 stands for a key an input method has taken; Safari sends it after the composition has ended.
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else tells it.
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey || !view.interactive) return;
  const isBreak = canBreak && (lines > 1 ? !event.shiftKey : event.shiftKey);
  if (isBreak) return;
  event.preventDefault();
  // Where Stop stands in Submit's place nothing can be submitted, by Enter no more than by the button.
  if (!view.isRunning || !view.props["stopBtn"]) view.emit("submit");
}

function reportSelection(element: TextElement, view: ViewInput<string>): void {
  // Inputs for e-mail have no selection to read.
  const { selectionStart, selectionEnd } = element;
  if (selectionStart === null || selectionEnd === null || selectionStart === selectionEnd) return;
  view.emit("select", {
    index: [selectionStart, selectionEnd],
    value: element.value.slice(selectionStart, selectionEnd),
  });
}

function useAutofocus(element: { readonly current: TextElement | null }, isOn: boolean): void {
  useEffect(() => {
    // The attribute serves while the page is parsed; this, when the block is drawn later. It takes nobody's focus.
    if (isOn && document.activeElement === document.body) element.current?.focus();
  }, [element, isOn]);
}
