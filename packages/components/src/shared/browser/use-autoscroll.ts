import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** Nearer to the end than this counts as at the end, in pixels. */
const slack = 16;

/** Keeps the end of a growing text in view, unless the visitor has scrolled away from it. */
export function useAutoscroll(
  element: { readonly current: HTMLElement | null },
  text: string,
  isOn: boolean,
): void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    const scroller = element.current;
    if (!scroller) return;
    const look = () => {
      isAtEnd.current = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < slack;
    };
    scroller.addEventListener("scroll", look, { passive: true });
    return () => scroller.removeEventListener("scroll", look);
  }, [element]);
  useLayoutEffect(() => {
    const scroller = element.current;
    // While it is being typed in, the browser keeps the caret in view.
    if (!isOn || !scroller || scroller === document.activeElement || !isAtEnd.current) return;
    scroller.scrollTop = scroller.scrollHeight;
  }, [element, text, isOn]);
}
