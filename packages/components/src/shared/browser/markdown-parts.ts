import { highlightCode, languageOf, loadLanguages } from "../code-languages.ts";
import { escapeHtml } from "../escape-html.ts";
import { MarkdownStream, type MarkdownPart } from "../markdown-stream.ts";
import { sanitizeInBrowser } from "./sanitize-in-browser.ts";
import type { SafeHtml } from "./trusted-html.ts";

export { MarkdownStream };

const sanitized = new WeakMap<MarkdownPart, SafeHtml>();

/** The sanitised HTML of a part; made once. */
export function safeHtmlOf(part: MarkdownPart): SafeHtml {
  const known = sanitized.get(part);
  if (known) return known;
  const html = sanitizeInBrowser(part.kind === "html" ? part.unsafeHtml : escapeHtml(part.text));
  sanitized.set(part, html);
  return html;
}

/** Highlighted code, once its grammar has come; undefined when there is none for it. */
export async function highlightPart(part: MarkdownPart & { kind: "code" }): Promise<SafeHtml | undefined> {
  const language = languageOf(part.language);
  if (!language) return undefined;
  await loadLanguages([language]);
  const html = highlightCode(part.text, language);
  return html === undefined ? undefined : sanitizeInBrowser(html);
}
