import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Nearer to the end than this many pixels counts as at the end. */
const nearEnd = 40;

interface StickToEnd {
  readonly isAway: boolean;
  onScroll(): void;
  jump(): void;
}

interface StickOptions {
  readonly isEnabled: boolean;
  /** Another value brings the end into sight wherever the visitor is: they have just said something. */
  readonly ownMessages: number;
}

/** Keeps the end of a growing box in sight, as long as the visitor has not scrolled away from it. */
export function useStickToEnd(
  box: RefObject<HTMLElement | null>,
  { isEnabled, ownMessages }: StickOptions,
): StickToEnd {
  const isAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);

  const look = (): void => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= nearEnd;
    setAway(!isAtEnd.current);
  };
  const jump = (): void => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    isAtEnd.current = true;
    setAway(false);
  };
  const follow = (): void => {
    if (isAtEnd.current && isEnabled) jump();
    else look();
  };
  const latest = useRef(follow);
  latest.current = follow;
  useLayoutEffect(jump, [ownMessages]);
  useEffect(() => {
    const element = box.current;
    if (!element?.firstElementChild) return;
    // Text, pictures that arrive and code that gets its colours all change the height.
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(element);
    observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { isAway, onScroll: look, jump };
}
