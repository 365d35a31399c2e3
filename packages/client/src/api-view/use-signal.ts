import { useEffect, useState } from "preact/hooks";
import { effect, type Signal } from "../signal.ts";

/** The value of a signal; whoever uses it is drawn again when it changes. */
export function useSignal<TValue>(signal: Signal<TValue>): TValue {
  const [value, setValue] = useState(signal.peek());
  useEffect(
    () =>
      effect(() => {
        const next = signal.value;
        setValue(() => next);
      }),
    [signal],
  );
  return value;
}
