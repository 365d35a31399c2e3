// The page's "Use via API" view, in a chunk of its own: fetched when it is opened.
import { render } from "preact";
import type { Page } from "../page.ts";
import css from "./api-view.css?inline";
import { ApiDialog } from "./api-dialog.tsx";
import { Recorder } from "./recorder.ts";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);

let recorder: Recorder | undefined;
let isViewOpen = false;

/** Opens the view above the page. What was recorded in this page is still there. */
export function openApiView(page: Page): void {
  // Behind a dialog nothing can ask for it again; while it records, the page can.
  if (isViewOpen) return;
  isViewOpen = true;
  recorder ??= new Recorder(page);
  const host = document.createElement("div");
  document.body.append(host);
  const close = (): void => {
    render(null, host);
    host.remove();
    showInAddress(false);
    isViewOpen = false;
  };
  showInAddress(true);
  render(<ApiDialog page={page} recorder={recorder} onClose={close} />, host);
}

/** The address opens the view again after a reload, and for whoever it is sent to. */
function showInAddress(isOpen: boolean): void {
  const url = new URL(location.href);
  if (isOpen) url.searchParams.set("view", "api");
  else url.searchParams.delete("view");
  history.replaceState(history.state, "", url);
}
