import type { BlockId } from "@vitrine/core";
import ButtonView from "../button/button-view.tsx";
import { listProp, type ViewInput } from "../shared/browser/view.ts";

/** Empties the listed blocks at once, and reports the click to the server for what lives there. */
export default function ClearButtonView(view: ViewInput<string>) {
  const emit: typeof view.emit = (event, data) => {
    if (event === "click") view.page.clear(listProp(view.props, "clears").filter(isBlockId));
    view.emit(event, data);
  };
  return <ButtonView {...view} emit={emit} />;
}

function isBlockId(id: unknown): id is BlockId {
  return typeof id === "string";
}
