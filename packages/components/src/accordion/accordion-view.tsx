import { ChevronRight } from "lucide";
import { useRef } from "preact/hooks";
import { Icon } from "../shared/browser/icon.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import "./accordion.css";

/** A native disclosure; its children are drawn from the first opening on. */
export default function AccordionView(view: ViewInput) {
  const { props, children } = view;
  const isOpen = flagProp(props, "open", true);
  const reported = useRef(isOpen);
  const wasOpened = useRef(false);
  if (isOpen) wasOpened.current = true;

  const report = (isNowOpen: boolean): void => {
    // Browsers also report a disclosure that was open from the start.
    if (isNowOpen === reported.current) return;
    reported.current = isNowOpen;
    if (isNowOpen !== isOpen) view.setProps({ open: isNowOpen });
    view.emit(isNowOpen ? "expand" : "collapse");
  };
  return (
    <details
      class="vt-accordion"
      data-part="accordion"
      open={isOpen}
      onToggle={(event) => report(event.currentTarget.open)}
    >
      <summary class="vt-accordion-head">
        <Icon of={ChevronRight} />
        <span>{textProp(props, "label", "Details")}</span>
      </summary>
      {wasOpened.current && <div class="vt-accordion-body">{children}</div>}
    </details>
  );
}
