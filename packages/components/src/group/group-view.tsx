import type { ViewInput } from "../shared/browser/view.ts";
import "./group.css";

/** Children on one surface. */
export default function GroupView({ children }: ViewInput) {
  return (
    <div class="vt-group" data-part="group">
      {children}
    </div>
  );
}
