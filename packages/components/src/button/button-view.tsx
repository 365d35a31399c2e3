import { useLayoutEffect, useRef } from "preact/hooks";
import { textProp, type ViewInput } from "../shared/browser/view.ts";
import "./button.css";

/** A button whose payload is its text. With a link it is one, so that it opens in a new tab as links do. */
export default function ButtonView(view: ViewInput<string>) {
  const { props, payload, interactive } = view;
  const isAway = isHiddenNow(view);
  const element = useRef<HTMLButtonElement>(null);
  useHandOverFocus(element, isAway);
  const icon = textProp(props, "icon");
  const content = (
    <>
      {icon && <img class="vt-button-icon" src={icon} alt="" width="18" height="18" />}
      {payload}
    </>
  );
  const shared = {
    class: "vt-button vt-button-block",
    "data-part": "button",
    "data-variant": textProp(props, "variant", "secondary"),
    "data-size": textProp(props, "size", "lg"),
    hidden: isAway,
    onClick: () => view.emit("click"),
  };
  const link = textProp(props, "link");
  if (link && interactive) {
    const isNewTab = textProp(props, "linkTarget") === "_blank";
    return (
      <a {...shared} href={link} {...(isNewTab ? { target: "_blank", rel: "noopener noreferrer" } : {})}>
        {content}
      </a>
    );
  }
  return (
    <button ref={element} type="button" {...shared} disabled={!interactive}>
      {content}
    </button>
  );
}

function isHiddenNow({ props, isRunning }: ViewInput<string>): boolean {
  const visibleWhile = textProp(props, "visibleWhile");
  if (visibleWhile === "running") return !isRunning;
  return visibleWhile === "idle" && isRunning;
}

/** A button that goes away while it has the focus gives it to the one beside it: Run to Stop, and back. */
function useHandOverFocus(element: { readonly current: HTMLButtonElement | null }, isAway: boolean): void {
  const hadFocus = useRef(false);
  // Asked before the button is hidden: hiding takes the focus away at once.
  if (isAway && element.current && !element.current.hidden) {
    hadFocus.current = element.current === document.activeElement;
  }
  useLayoutEffect(() => {
    if (!isAway || !hadFocus.current) return;
    const row = element.current?.closest("[data-block]")?.parentElement;
    const frame = requestAnimationFrame(() =>
      row?.querySelector<HTMLElement>(".vt-button-block:not([hidden], :disabled)")?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [element, isAway]);
}
