import { CopyButton } from "@vitrine/components/copy-button";
import type { PageServices } from "@vitrine/components/views";

interface CodeBlockProps {
  /** What the code is, for those who do not see it. */
  readonly label: string;
  readonly code: string;
  readonly isOneLine?: boolean;
  readonly page: Pick<PageServices, "toast">;
}

/** Code that scrolls sideways, with a button that copies it. */
export function CodeBlock({ label, code, isOneLine = false, page }: CodeBlockProps) {
  return (
    <div class="vt-api-code" data-one-line={isOneLine}>
      <pre tabIndex={0} aria-label={label} role="region">
        <code>{code.trimEnd()}</code>
      </pre>
      <CopyButton label={`Copy: ${label}`} text={() => code} page={page} />
    </div>
  );
}
