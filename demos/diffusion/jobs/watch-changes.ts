/**
 * Yields at once and after each change, until the signal is aborted. Changes that come faster than they are taken are
 * one. Each yield is a function that tells whether something has changed since.
 *
 * @param subscribe is given what to call when something changes, and returns what ends that
 */
export async function* watchChanges(
  subscribe: (tell: () => void) => () => void,
  signal?: AbortSignal,
): AsyncGenerator<() => boolean, void> {
  let isDue = true;
  let wake = () => {};
  const tell = () => {
    isDue = true;
    wake();
  };
  const unsubscribe = subscribe(tell);
  signal?.addEventListener("abort", tell, { once: true });
  try {
    for (;;) {
      while (!isDue) await new Promise<void>((resolve) => void (wake = resolve));
      isDue = false;
      if (signal?.aborted === true) return;
      yield () => isDue;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener("abort", tell);
  }
}
