import { flagProp, type ViewInput } from "../shared/browser/view.ts";
import { Combobox } from "./combobox.tsx";
import type { DropdownPayload } from "./dropdown-payload.ts";
import { NativeSelect } from "./native-select.tsx";
import "./dropdown.css";

/** A list to choose from: the browser's own where nothing is searched and one is chosen, else a combobox. */
export default function DropdownView(view: ViewInput<DropdownPayload>) {
  const isNative = !flagProp(view.props, "filterable", true) && !flagProp(view.props, "multiselect");
  return isNative ? <NativeSelect view={view} /> : <Combobox view={view} />;
}
