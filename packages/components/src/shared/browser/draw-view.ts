import { toBlockId, type Json } from "@vitrine/core";
import { h, render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import type { PageServices, View, ViewInput, ViewProps } from "./view.ts";

interface DrawOptions<TPayload extends Json> {
  readonly payload: TPayload;
  readonly props?: ViewProps;
  readonly interactive?: boolean;
  readonly error?: string;
  readonly isPending?: boolean;
  readonly isRunning?: boolean;
  readonly page?: Partial<PageServices>;
  /** For layouts. */
  readonly children?: ComponentChildren;
  readonly childBlocks?: NonNullable<ViewInput["childBlocks"]>;
}

/** A view drawn alone, with a store of one block, for tests of views. */
export interface DrawnView<TPayload extends Json> {
  readonly container: HTMLElement;
  readonly payload: TPayload;
  readonly emitted: readonly { readonly event: string; readonly data: Json | undefined }[];
  set(payload: TPayload): void;
  /** Draws it again with these in place of what it was given. */
  change(changes: Partial<DrawOptions<TPayload>>): void;
  unmount(): void;
}

export function drawView<TPayload extends Json>(
  view: View<TPayload>,
  given: DrawOptions<NoInfer<TPayload>>,
): DrawnView<TPayload> {
  let options: DrawOptions<TPayload> = given;
  const container = document.body.appendChild(document.createElement("div"));
  const emitted: { event: string; data: Json | undefined }[] = [];
  let payload = options.payload;
  let props = options.props ?? {};
  const page: PageServices = {
    upload: () => Promise.reject(new Error("This test uploads nothing.")),
    clear: () => undefined,
    toast: () => undefined,
    maxUploadBytes: 1_000_000,
    ...options.page,
  };
  const draw = (): void => {
    const input: ViewInput<TPayload> = {
      id: toBlockId("b1"),
      props,
      payload,
      interactive: options.interactive ?? true,
      error: options.error,
      isPending: options.isPending ?? false,
      isRunning: options.isRunning ?? false,
      page,
      ...(options.children === undefined ? {} : { children: options.children }),
      ...(options.childBlocks === undefined ? {} : { childBlocks: options.childBlocks }),
      set(next) {
        payload = next;
        draw();
      },
      emit(event, data) {
        emitted.push({ event, data });
      },
      setProps(next) {
        props = { ...props, ...next };
        draw();
      },
    };
    void act(() => render(h(view, input), container));
  };
  draw();
  return {
    container,
    emitted,
    get payload() {
      return payload;
    },
    set(next) {
      payload = next;
      draw();
    },
    change(changes) {
      options = { ...options, ...changes };
      payload = changes.payload ?? payload;
      props = { ...props, ...changes.props };
      draw();
    },
    unmount() {
      render(null, container);
      container.remove();
    },
  };
}
