// What most visits never show, in a chunk of its own: fetched with the first toast, error or slow job.
export { BuildFailure } from "./build-failure.tsx";
export { OutputError } from "./output-error.tsx";
export { StatusRow } from "./status-row.tsx";
export { Toasts } from "./toasts.tsx";
