import { useEffect, useState } from "preact/hooks";

/** Whether `isWaiting` has been true for `ms`: what is over sooner is not worth a word. */
export function useIsLate(isWaiting: boolean, ms: number): boolean {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    if (!isWaiting) return setIsLate(false);
    const timer = setTimeout(() => setIsLate(true), ms);
    return () => clearTimeout(timer);
  }, [isWaiting, ms]);
  return isWaiting && isLate;
}
