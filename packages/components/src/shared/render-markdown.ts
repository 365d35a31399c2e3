import { markdownProfile, pageProfile } from "./allowed-html.ts";
import { escapeHtml } from "./escape-html.ts";
import { loadLanguages } from "./code-languages.ts";
import {
  languagesIn,
  MarkdownStream,
  renderCode,
  type MarkdownPart,
  type MarkdownStyle,
} from "./markdown-stream.ts";
import { sanitizeHtml } from "./sanitize-html.ts";

export interface RenderMarkdownOptions extends MarkdownStyle {
  /** Keeps what the HTML component keeps, not only what Markdown needs. */
  readonly keepsPageHtml?: boolean;
}

/** Longer text is shown as it is. */
const maxLength = 1_000_000;
/** Nobody writes deeper quotes or lists, but they can be sent: parsing them takes the square of their depth. */
const tooDeep = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){60}|^[ \t]{600}|[[\]*_~`<(!]{2000}/m;

/**
 * Markdown as sanitised HTML, one text for each block, on the server. Text that no reader could have meant as
 * Markdown, because it nests too deep or is too long, comes back as plain text.
 */
export async function renderMarkdown(
  source: string,
  options: RenderMarkdownOptions = {},
): Promise<readonly string[]> {
  await loadLanguages(languagesIn(source));
  return renderMarkdownNow(source, options);
}

/** As `renderMarkdown`, highlighting only what is loaded. */
export function renderMarkdownNow(source: string, options: RenderMarkdownOptions = {}): readonly string[] {
  if (source.length > maxLength || tooDeep.test(source))
    return [`<pre tabindex="0">${escapeHtml(source)}</pre>`];
  const profile = options.keepsPageHtml ? pageProfile : markdownProfile;
  const cache = options.keepsPageHtml ? pageHtml : markdownHtml;
  return new MarkdownStream(options)
    .update(source)
    .map((part) => cache.get(unsafeHtmlOf(part), (html) => sanitizeHtml(html, profile)));
}

function unsafeHtmlOf(part: MarkdownPart): string {
  return part.kind === "code" ? renderCode(part.text, part.language) : part.unsafeHtml;
}

/** A text that streams is sent again and again; only its last block has not been sanitised before. */
class RecentHtml {
  readonly #recent = new Map<string, string>();
  #length = 0;
  readonly #maxLength = 4_000_000;

  get(key: string, make: (key: string) => string): string {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const html = make(key);
    this.#recent.set(key, html);
    this.#length += key.length + html.length;
    for (const [oldest, value] of this.#recent) {
      if (this.#length <= this.#maxLength) break;
      this.#recent.delete(oldest);
      this.#length -= oldest.length + value.length;
    }
    return html;
  }
}

const markdownHtml = new RecentHtml();
const pageHtml = new RecentHtml();
