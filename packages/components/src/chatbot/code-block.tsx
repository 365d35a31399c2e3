import { CopyButton } from "../shared/browser/copy-button.tsx";
import type { SafeHtml } from "../shared/browser/trusted-html.ts";
import type { PageServices } from "../shared/browser/view.ts";

interface CodeBlockProps {
  readonly language: string;
  readonly text: string;
  /** Highlighted; undefined while it is plain. */
  readonly html: SafeHtml | undefined;
  readonly page: PageServices;
}

/** Code with its language and a button that copies it. */
export function CodeBlock({ language, text, html, page }: CodeBlockProps) {
  return (
    <div class="vt-prose-block vt-chat-code">
      <div class="vt-chat-code-head">
        <span>{/^[^\s{,]*/.exec(language)?.[0] || "code"}</span>
        <CopyButton text={() => text} label="Copy code" page={page} />
      </div>
      <pre tabIndex={0}>
        {html === undefined ? (
          <code key="plain">{text}</code>
        ) : (
          <code key="highlighted" dangerouslySetInnerHTML={{ __html: html as string }} />
        )}
      </pre>
    </div>
  );
}
