import { Marked, type Token, type Tokens, type TokensList } from "marked";
import { idPrefix } from "./allowed-html.ts";
import { highlightCode, languageOf } from "./code-languages.ts";
import { escapeHtml } from "./escape-html.ts";

/** In longer paragraphs * and _ are letters. */
const maxEmphasisLength = 10_000;

export interface MarkdownStyle {
  /** A single line break breaks the line. */
  readonly lineBreaks?: boolean;
  /** Headings get ids and link to themselves. */
  readonly headerLinks?: boolean;
}

/** A piece of Markdown that can be drawn by itself. The same object comes back as long as its text is the same. */
export type MarkdownPart =
  | { readonly kind: "html"; readonly raw: string; /** To be sanitised. */ readonly unsafeHtml: string }
  | {
      readonly kind: "code";
      readonly raw: string;
      readonly text: string;
      readonly language: string;
      readonly isClosed: boolean;
    };

/**
 * Markdown that grows. What was complete is neither parsed nor rendered again, so that a token costs what the last
 * block costs, however long the text is.
 */
export class MarkdownStream {
  readonly #marked: Marked;
  #text = "";
  /** Tokens that more text cannot change: all but the last block and the blank lines after it. */
  #complete: Token[] = [];
  #tail: readonly Token[] = [];
  #tailSource = "";
  #hasLinks = false;
  readonly #parts = new WeakMap<Token, { readonly last: Token; readonly part: MarkdownPart }>();

  constructor(style: MarkdownStyle = {}) {
    this.#marked = createMarked(style);
  }

  /** The parts of the text; code that stands alone is a part of its own. */
  update(text: string): readonly MarkdownPart[] {
    if (text !== this.#text) this.#take(text);
    return groupTokens([...this.#complete, ...this.#tail]).map((group) => this.#part(group));
  }

  #take(text: string): void {
    // A definition can turn text before it into links, so nothing is complete where there is one.
    const isMore = !this.#hasLinks && !this.#text.endsWith("\r") && text.startsWith(this.#text);
    const added = isMore
      ? this.#tailSource + withLineFeeds(text.slice(this.#text.length))
      : withLineFeeds(text);
    if (!isMore) this.#complete = [];
    let tokens = this.#marked.lexer(added);
    this.#hasLinks = definesLinks(tokens);
    if (this.#hasLinks && this.#complete.length > 0) {
      this.#complete = [];
      tokens = this.#marked.lexer(withLineFeeds(text));
    }
    this.#text = text;
    const last = tokens.findLastIndex((token) => token.type !== "space");
    const settled = last > 0 ? tokens.slice(0, last) : [];
    this.#complete.push(...settled);
    this.#tail = tokens.slice(settled.length);
    this.#tailSource = added.slice(settled.reduce((length, token) => length + token.raw.length, 0));
  }

  #part(group: TokenGroup): MarkdownPart {
    const [first] = group;
    const last = group.at(-1) ?? first;
    const known = this.#parts.get(first);
    if (known?.last === last) return known.part;
    const part = toPart(group, this.#marked);
    this.#parts.set(first, { last, part });
    return part;
  }
}

type TokenGroup = readonly [Token, ...Token[]];

/** Tokens that are drawn together: each by itself, except where a tag opens in one block and closes in another. */
function groupTokens(tokens: readonly Token[]): readonly TokenGroup[] {
  const groups: [Token, ...Token[]][] = [];
  let depth = 0;
  for (const token of tokens) {
    const isInside = depth > 0;
    if (token.type === "html") depth = Math.max(0, depth + openTags(token.raw));
    if (isInside) groups.at(-1)?.push(token);
    else if (token.type !== "space" && token.type !== "def") groups.push([token]);
  }
  return groups;
}

const voidTags = new Set(["area", "br", "col", "hr", "img", "input", "source", "track", "wbr"]);

/** How many tags a piece of HTML leaves open; negative when it closes more than it opens. */
function openTags(html: string): number {
  let open = 0;
  for (const [, slash, name = "", end] of html.matchAll(/<(\/?)([a-z][\w-]*)\b[^<>]{0,2000}?(\/?)>/gi)) {
    if (end || voidTags.has(name.toLowerCase())) continue;
    open += slash ? -1 : 1;
  }
  return open;
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function definesLinks(tokens: TokensList): boolean {
  return Object.keys(tokens.links).length > 0;
}

function toPart(group: TokenGroup, marked: Marked): MarkdownPart {
  const [token] = group;
  if (token.type === "code" && group.length === 1) {
    const { raw, text, lang = "" } = token as Tokens.Code;
    return { kind: "code", raw, text, language: lang, isClosed: isClosedFence(raw) };
  }
  return {
    kind: "html",
    raw: group.map(({ raw }) => raw).join(""),
    unsafeHtml: marked.parser(withLinks(group)),
  };
}

function withLinks(tokens: readonly Token[]): TokensList {
  return Object.assign([...tokens], { links: {} });
}

function isClosedFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (fence === undefined) return true;
  const last = raw.trimEnd().split("\n").slice(1).at(-1)?.trim() ?? "";
  return last.length >= fence.length && new RegExp(`^[${fence[0]}]+$`).test(last);
}

function createMarked({ lineBreaks = false, headerLinks = false }: MarkdownStyle): Marked {
  const marked = new Marked({ gfm: true, breaks: lineBreaks });
  const seen = new Map<string, number>();
  marked.use({
    tokenizer: {
      // Looking for the end of each emphasis takes the square of the paragraph's length; `undefined`: it is none.
      emStrong: (_rest, paragraph) => (paragraph.length > maxEmphasisLength ? undefined : false),
      // Looking for the @ of an address at each letter takes the square of the word's length.
      url: (rest) => (/^(?:https?:|ftp:|www\.|[\w.+-]{1,200}@)/i.test(rest) ? false : undefined),
    },
    renderer: {
      code: ({ text, lang }) => renderCode(text, lang ?? ""),
      checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
      table(token) {
        const row = (cells: Tokens.TableCell[]) =>
          `<tr>${cells.map((cell) => this.tablecell(cell)).join("")}</tr>`;
        const body = token.rows.map(row).join("");
        return `<div class="vt-md-table" tabindex="0"><table><thead>${row(token.header)}</thead><tbody>${body}</tbody></table></div>`;
      },
      heading({ tokens, depth, text }) {
        const inner = this.parser.parseInline(tokens);
        if (!headerLinks) return `<h${depth}>${inner}</h${depth}>`;
        const name = slug(text);
        const times = seen.get(name) ?? 0;
        seen.set(name, times + 1);
        const id = `${idPrefix}${name}${times === 0 ? "" : `-${times}`}`;
        return `<h${depth} id="${id}">${inner} <a href="#${id}" title="Link to this section">#</a></h${depth}>`;
      },
    },
  });
  return marked;
}

/** Code inside other blocks, or in Markdown rendered whole. */
export function renderCode(text: string, fence: string): string {
  const language = languageOf(fence);
  const inner = (language && highlightCode(text, language)) || escapeHtml(text);
  return `<pre tabindex="0"><code class="hljs${language ? ` language-${language}` : ""}">${inner}</code></pre>`;
}

/** Grammars that the code in a text asks for. */
export function languagesIn(source: string): readonly string[] {
  return [...source.matchAll(/^[ \t>*+-]*(?:`{3,}|~{3,})[ \t]*([^\s`~]+)/gm)].flatMap(
    (match) => languageOf(match[1] ?? "") ?? [],
  );
}

function slug(text: string): string {
  const words =
    text
      .toLowerCase()
      .replace(/<[^>]{0,200}>/g, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  // Ids keep to ASCII, as the sanitiser does; other scripts get their code points.
  return (
    words.join("-").replace(/[^\w-]/g, (letter) => `u${letter.codePointAt(0)?.toString(16)}`) || "section"
  );
}
