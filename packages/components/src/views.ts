export { Field } from "./shared/browser/field.tsx";
export { Icon } from "./shared/browser/icon.tsx";
export { IconButton } from "./shared/browser/icon-button.tsx";
export type { PageServices, View, ViewInput, ViewProps } from "./shared/browser/view.ts";
export { listProp, textProp } from "./shared/browser/view.ts";
