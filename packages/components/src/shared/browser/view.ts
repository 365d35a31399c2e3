import type { BlockId, FileRef, Json } from "@vitrine/core";
import type { ComponentChildren, ComponentType } from "preact";

/** Props every block has; each view reads its own besides, checking them with `propsReader`. */
export type ViewProps = Readonly<Record<string, Json>>;

/** What the page does for views. */
export interface PageServices {
  /** Sends a file to the server; `onProgress` gets 0 to 1. @throws an Error whose message may be shown */
  upload(
    file: Blob & { readonly name?: string },
    options: { onProgress?: (fraction: number) => void; signal?: AbortSignal },
  ): Promise<FileRef>;
  /** Empties components, as Clear does. */
  clear(blockIds: readonly BlockId[]): void;
  /** Shows a toast. */
  toast(level: "info" | "success" | "warning" | "error", message: string): void;
  /** Largest upload in bytes. */
  readonly maxUploadBytes: number;
}

/** What a view is given. It knows neither sockets nor other blocks. */
export interface ViewInput<TPayload extends Json = Json> {
  readonly id: BlockId;
  readonly props: ViewProps;
  readonly payload: TPayload;
  /** Whether the visitor may change it. */
  readonly interactive: boolean;
  /** What is wrong with the field, to show beside it. */
  readonly error: string | undefined;
  /** Whether a job is writing to this block just now. */
  readonly isPending: boolean;
  /** Whether a job runs of a listener that an event of this block starts or cancels: what a Stop button asks. */
  readonly isRunning: boolean;
  /** The visitor changed the value: stores it, then emits `input` and `change`. */
  set(payload: TPayload): void;
  /** The visitor did something listeners may listen for. */
  emit(event: string, data?: Json): void;
  /** Remembers a prop the visitor changed, such as the selected tab. */
  setProps(props: ViewProps): void;
  readonly page: PageServices;
  /** Drawn children, for layouts. */
  readonly children?: ComponentChildren;
  /** For layouts that draw children apart (Tabs): id and props of each, in order. */
  readonly childBlocks?: readonly {
    readonly id: BlockId;
    readonly props: ViewProps;
    readonly node: ComponentChildren;
  }[];
}

/** The view of a component: the default export of `<name>/<name>-view.tsx`. */
export type View<TPayload extends Json = Json> = ComponentType<ViewInput<TPayload>>;

/** Reads a text prop; `fallback` when absent. */
export function textProp(props: ViewProps, name: string, fallback = ""): string {
  const value = props[name];
  return typeof value === "string" ? value : fallback;
}

export function numberProp(props: ViewProps, name: string): number | undefined {
  const value = props[name];
  return typeof value === "number" ? value : undefined;
}

export function flagProp(props: ViewProps, name: string, fallback = false): boolean {
  const value = props[name];
  return typeof value === "boolean" ? value : fallback;
}

export function listProp(props: ViewProps, name: string): readonly Json[] {
  const value = props[name];
  return Array.isArray(value) ? value : [];
}
