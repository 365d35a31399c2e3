import type { Signal } from "../signal.ts";
import { watched } from "./watched.ts";

/** Says in development why the script could not be reloaded; the old app stays up behind it. */
export const BuildFailure = watched(function BuildFailure({
  failure,
}: {
  readonly failure: Signal<string | null>;
}) {
  const text = failure.value;
  if (text === null) return null;
  return (
    <section
      class="vt-failure"
      data-part="build-failure"
      role="alert"
      aria-label="The script could not be reloaded"
    >
      <header>
        <strong>The script could not be reloaded.</strong> The app before it goes on.
        <button type="button" class="vt-button" data-size="sm" onClick={() => void (failure.value = null)}>
          Hide
        </button>
      </header>
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
});
