// What most visits never show, in a chunk of its own: fetched with the first toast, error or slow job.
import css from "./css/notices.css?inline";

export { BuildFailure } from "./build-failure.tsx";
export { OutputError } from "./output-error.tsx";
export { StatusRow } from "./status-row.tsx";
export { Toasts } from "./toasts.tsx";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);
