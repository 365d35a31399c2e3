import { textProp, type ViewInput } from "../shared/browser/view.ts";
import "./column.css";

/** Children below each other. */
export default function ColumnView({ props, children }: ViewInput) {
  return (
    <div class="vt-column" data-part="column" data-variant={textProp(props, "variant", "default")}>
      {children}
    </div>
  );
}
