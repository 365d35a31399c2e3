/** What of HTML is kept: one list for the server (sanitize-html) and the browser (DOMPurify). */
export interface HtmlProfile {
  readonly tags: readonly string[];
  /** Names an attribute may have at all; `clean` decides about each. */
  readonly attributes: readonly string[];
  /** The value to keep, or undefined to drop the attribute. */
  clean(tag: string, name: string, value: string): string | undefined;
}

const textTags = [
  "p",
  "br",
  "hr",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "blockquote",
  "pre",
  "ul",
  "ol",
  "li",
  "dl",
  "dt",
  "dd",
];
const inlineTags = [
  "a",
  "abbr",
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "del",
  "ins",
  "mark",
  "small",
  "sub",
  "sup",
  "code",
  "kbd",
  "samp",
  "var",
  "q",
  "span",
  "img",
  "wbr",
  "bdi",
  "bdo",
  "ruby",
  "rt",
  "rp",
  "time",
];
const tableTags = ["table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"];
const sectionTags = ["div", "details", "summary", "figure", "figcaption"];
const svgTags = [
  "svg",
  "g",
  "path",
  "circle",
  "ellipse",
  "rect",
  "line",
  "polyline",
  "polygon",
  "text",
  "tspan",
  "defs",
  "lineargradient",
  "radialgradient",
  "stop",
];

const names = [
  "href",
  "src",
  "title",
  "alt",
  "width",
  "height",
  "align",
  "colspan",
  "rowspan",
  "scope",
  "start",
  "open",
  "class",
  "id",
  "dir",
  "lang",
  "tabindex",
  "datetime",
];
const svgNames = [
  "viewbox",
  "d",
  "cx",
  "cy",
  "r",
  "rx",
  "ry",
  "x",
  "y",
  "x1",
  "y1",
  "x2",
  "y2",
  "dx",
  "dy",
  "points",
  "fill",
  "fill-opacity",
  "fill-rule",
  "stroke",
  "stroke-width",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-dasharray",
  "stroke-opacity",
  "opacity",
  "transform",
  "text-anchor",
  "dominant-baseline",
  "font-size",
  "font-weight",
  "preserveaspectratio",
  "offset",
  "stop-color",
  "stop-opacity",
];

/** Markdown and chat messages: what may come from models and from other visitors. */
export const markdownProfile: HtmlProfile = {
  tags: [...textTags, ...inlineTags, ...tableTags, ...sectionTags],
  attributes: names,
  clean: cleanMarkdownAttribute,
};

/** The HTML component: what an app's author writes; drawings, media, classes and styles besides. */
export const pageProfile: HtmlProfile = {
  tags: [
    ...markdownProfile.tags,
    ...svgTags,
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "address",
    "audio",
    "video",
    "source",
    "track",
    "picture",
    "progress",
    "meter",
  ],
  attributes: [
    ...names,
    ...svgNames,
    "style",
    "role",
    "controls",
    "loop",
    "muted",
    "poster",
    "type",
    "kind",
    "srclang",
    "label",
    "value",
    "min",
    "max",
    "low",
    "high",
    "optimum",
    "aria-label",
    "aria-hidden",
    "aria-describedby",
    "aria-live",
  ],
  clean(tag, name, value) {
    if (name === "class" || name === "role" || name.startsWith("aria-")) return value;
    if (name === "style") return cleanStyle(value) || undefined;
    if (name === "poster") return isAllowedUrl(value, "media") ? value : undefined;
    return /url\s*\(|\\/i.test(value) && name !== "href" && name !== "src"
      ? undefined
      : cleanMarkdownAttribute(tag, name, value);
  },
};

/** Prefix of the ids of headings: an id without it could stand for something else of the page. */
export const idPrefix = "user-content-";

function cleanMarkdownAttribute(tag: string, name: string, value: string): string | undefined {
  switch (name) {
    case "href":
      return tag === "a" && isAllowedUrl(value, "link") ? value : undefined;
    case "src":
      return isAllowedUrl(value, "media") ? value : undefined;
    case "class":
      return value.split(/\s+/).filter(isOwnClass).join(" ") || undefined;
    case "id":
      return /^h[1-6]$/.test(tag) && new RegExp(`^${idPrefix}[\\w-]+$`).test(value) ? value : undefined;
    case "tabindex":
      return value === "0" && (tag === "pre" || tag === "div") ? value : undefined;
    default:
      return value;
  }
}

/** Classes that highlighting and tables of Markdown carry; any other could dress up as a part of the page. */
function isOwnClass(name: string): boolean {
  return /^(hljs(-[\w-]+)?|language-[\w+#.-]+|vt-md-table|[a-z]+_{1,2})$/.test(name);
}

const linkSchemes = new Set(["http", "https", "mailto", "tel"]);

function isAllowedUrl(url: string, use: "link" | "media"): boolean {
  // Browsers skip these inside a scheme: "java\tscript:" runs.
  const compact = url.replace(/[\s\p{C}]+/gu, "").toLowerCase();
  const scheme = /^([^/?#]*?):/.exec(compact)?.[1];
  if (scheme === undefined) return true;
  if (use === "link") return linkSchemes.has(scheme);
  return (
    scheme === "http" ||
    scheme === "https" ||
    scheme === "blob" ||
    /^data:(image|audio|video)\//.test(compact)
  );
}

/** Whether a link leaves the page, so that it opens beside it and tells nothing of it. */
export function isExternalUrl(url: string): boolean {
  return /^\s*(https?:)?\/\//i.test(url);
}

const styleNames =
  /^(color|background|background-color|border(-[a-z-]+)?|margin(-[a-z-]+)?|padding(-[a-z-]+)?|font(-[a-z-]+)?|text-[a-z-]+|line-height|letter-spacing|word-[a-z-]+|white-space|overflow(-[a-z]+)?|(min-|max-)?(width|height|inline-size|block-size)|display|flex(-[a-z]+)?|grid(-[a-z-]+)?|gap|row-gap|column-gap|columns|align-[a-z]+|justify-[a-z]+|place-[a-z]+|order|opacity|float|clear|vertical-align|list-style(-[a-z]+)?|box-shadow|box-sizing|object-[a-z]+|aspect-ratio|position|top|right|bottom|left|inset|transform|rotate|scale|translate|filter|cursor|fill|stroke(-[a-z]+)?)$/;

/** The declarations that only dress the element itself: nothing loaded, nothing over the rest of the page. */
function cleanStyle(text: string): string {
  return text
    .split(";")
    .map((declaration) => declaration.split(/:(.*)/s).map((part) => part.trim()))
    .filter(
      ([name = "", value = ""]) =>
        styleNames.test(name.toLowerCase()) && isAllowedStyleValue(name.toLowerCase(), value),
    )
    .map(([name, value]) => `${name}: ${value}`)
    .join("; ");
}

function isAllowedStyleValue(name: string, value: string): boolean {
  if (value === "" || /[\\{}<>@]|url\s*\(|image-set|expression|javascript|\/\*/i.test(value)) return false;
  return name !== "position" || /^(static|relative|absolute)$/i.test(value);
}
