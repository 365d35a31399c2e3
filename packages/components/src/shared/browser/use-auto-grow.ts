import { useLayoutEffect } from "preact/hooks";

interface Growth {
  /** Lines at least. */
  readonly lines: number;
  /** Lines at most. */
  readonly maxLines: number;
  readonly text: string;
}

/** Makes a textarea as high as its text, within limits. Before this runs, its `rows` give the height. */
export function useAutoGrow(
  element: { readonly current: HTMLTextAreaElement | HTMLInputElement | null },
  { lines, maxLines, text }: Growth,
): void {
  useLayoutEffect(() => {
    element.current?.style.setProperty("--vt-lines", `${lines}`);
    element.current?.style.setProperty("--vt-max-lines", `${maxLines}`);
    element.current?.setAttribute("data-grows", "");
  }, [element, lines, maxLines]);
  useLayoutEffect(() => {
    if (!element.current || globalThis.CSS?.supports?.("field-sizing", "content")) return;
    growByHand(element.current);
  }, [element, text, lines, maxLines]);
}

/** For browsers without `field-sizing`; the style sheet's limits still hold. */
function growByHand(element: HTMLElement): void {
  element.style.height = "auto";
  const borders = element.offsetHeight - element.clientHeight;
  element.style.height = `${element.scrollHeight + borders}px`;
}
