import { useMemo } from "preact/hooks";
import { trustedHtml } from "./trusted-html.ts";

interface SafeHtmlProps {
  /** Sanitised by the server. */
  readonly html: string;
  readonly class?: string;
}

/** Draws HTML the server has sanitised; unchanged HTML is left alone in the page. */
export function SafeHtml({ html, class: className }: SafeHtmlProps) {
  // One object for one text: Preact would take another for a change, and lose what the visitor has selected.
  const inner = useMemo(() => ({ __html: trustedHtml(html) as string }), [html]);
  return <div {...(className === undefined ? {} : { class: className })} dangerouslySetInnerHTML={inner} />;
}
