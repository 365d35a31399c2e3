import DOMPurify from "dompurify";
import { isExternalUrl, markdownProfile } from "../allowed-html.ts";
import { escapeHtml } from "../escape-html.ts";
import { trustedHtml, type SafeHtml } from "./trusted-html.ts";

// An instance of its own: hooks of the shared one would also act on what other code sanitises.
const purifier = DOMPurify(window);

purifier.addHook("uponSanitizeAttribute", (node, attribute) => {
  const cleaned = markdownProfile.clean(node.tagName.toLowerCase(), attribute.attrName, attribute.attrValue);
  attribute.keepAttr = cleaned !== undefined;
  if (cleaned !== undefined) attribute.attrValue = cleaned;
});

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A" || !isExternalUrl(node.getAttribute("href") ?? "")) return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** As `sanitizeHtml` does on the server, for text that is first rendered in the page. */
export function sanitizeInBrowser(html: string): SafeHtml {
  // DOMPurify gives back what it was given in a browser it does not know; there the markup is shown as text.
  if (!purifier.isSupported) return trustedHtml(escapeHtml(html));
  return purifier.sanitize(html, {
    ALLOWED_TAGS: [...markdownProfile.tags],
    ALLOWED_ATTR: [...markdownProfile.attributes],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_TRUSTED_TYPE: true,
  }) as SafeHtml;
}
