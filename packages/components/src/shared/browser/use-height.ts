import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { textProp, type ViewProps } from "./view.ts";

const styleOf = { height: "height", maxHeight: "max-height", minHeight: "min-height" } as const;

/** Gives an element the heights of the options. A strict policy drops `style` attributes, so they are set from here. */
export function useHeight(ref: RefObject<HTMLElement | null>, props: ViewProps): void {
  const height = textProp(props, "height");
  const maxHeight = textProp(props, "maxHeight");
  const minHeight = textProp(props, "minHeight");
  useLayoutEffect(() => {
    const heights = { height, maxHeight, minHeight };
    for (const [name, value] of Object.entries(heights)) {
      ref.current?.style.setProperty(styleOf[name as keyof typeof styleOf], value);
    }
  }, [height, maxHeight, minHeight]);
}
