import type { IconNode } from "lucide";
import { h } from "preact";

/** An icon of Lucide: `import { Copy } from "lucide"`, `<Icon of={Copy} />`. Only the icons a view imports reach its chunk. */
export function Icon({ of }: { readonly of: IconNode }) {
  return (
    <svg
      class="vt-icon"
      viewBox="0 0 24 24"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {of.map(([tag, attributes], index) => h(tag, { key: index, ...attributes }))}
    </svg>
  );
}
