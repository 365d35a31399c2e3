import { createRequire } from "node:module";
import type Sanitize from "sanitize-html";
import { isExternalUrl, type HtmlProfile } from "./allowed-html.ts";

const require = createRequire(import.meta.url);

/** Loaded on first use: it takes as long to load as all the rest of a small app. */
function loadSanitizer(): typeof Sanitize {
  return require("sanitize-html") as typeof Sanitize;
}

/** Deeper markup is cut: parsers of browsers rearrange it, which could undo the sanitising. */
const maxDepth = 100;

/**
 * HTML with nothing in it that runs, loads, submits or covers the page; on the server.
 * Styles stand in `data-vt-style`: the page's policy drops `style` attributes, the view sets them.
 */
export function sanitizeHtml(html: string, profile: HtmlProfile): string {
  return loadSanitizer()(html, {
    allowedTags: [...profile.tags],
    allowedAttributes: { "*": [...profile.attributes, "target", "rel", "data-vt-style"] },
    // The profile decides about urls and styles, for server and browser alike.
    allowedSchemes: ["http", "https", "mailto", "tel", "data", "blob"],
    parseStyleAttributes: false,
    nestingLimit: maxDepth,
    disallowedTagsMode: "discard",
    nonTextTags: [
      "script",
      "style",
      "textarea",
      "option",
      "noscript",
      "template",
      "iframe",
      "object",
      "title",
      "xmp",
      "noembed",
      "noframes",
      "plaintext",
      "math",
    ],
    transformTags: {
      "*": (tagName, attributes) => ({ tagName, attribs: cleanAttributes(tagName, attributes, profile) }),
    },
  });
}

function cleanAttributes(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  profile: HtmlProfile,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const cleaned = profile.attributes.includes(name) ? profile.clean(tag, name, value) : undefined;
    if (cleaned !== undefined) kept[name === "style" ? "data-vt-style" : name] = cleaned;
  }
  const { href } = kept;
  if (href === undefined || !isExternalUrl(href)) return kept;
  return { ...kept, target: "_blank", rel: "noopener noreferrer" };
}
