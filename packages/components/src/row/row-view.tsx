import { useRef } from "preact/hooks";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import { useHeight } from "../shared/browser/use-height.ts";
import "./row.css";

/** Children side by side, wrapping. */
export default function RowView({ props, children }: ViewInput) {
  const row = useRef<HTMLDivElement>(null);
  useHeight(row, props);
  return (
    <div
      class="vt-row"
      data-part="row"
      data-variant={textProp(props, "variant", "default")}
      data-equal-height={flagProp(props, "equalHeight")}
      ref={row}
    >
      {children}
    </div>
  );
}
