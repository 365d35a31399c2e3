import { useContext, useEffect } from "preact/hooks";
import { TabSelectionContext } from "../shared/browser/tab-selection.ts";
import { textProp, type ViewInput } from "../shared/browser/view.ts";
import "./tab.css";

/** The contents of one tab. The panel around it and the tab itself are drawn by Tabs. */
export default function TabView(view: ViewInput) {
  const selection = useContext(TabSelectionContext);
  useEffect(() => {
    if (selection?.blockId !== view.id) return;
    view.emit("select", { index: selection.index, value: textProp(view.props, "label") });
  }, [selection]);
  return (
    <div class="vt-tab-contents" data-part="tab">
      {view.children}
    </div>
  );
}
