import type { ErrorReport } from "@vitrine/core";

/** Why an output was not written; it keeps its old value above. */
export function OutputError({ error }: { readonly error: ErrorReport }) {
  return (
    <div class="vt-error" data-part="output-error">
      {[error.message, error.hint].filter(Boolean).join(" ")}
      {error.detail && (
        <details>
          <summary>Details</summary>
          <pre class="vt-error-detail">{error.detail}</pre>
        </details>
      )}
    </div>
  );
}
