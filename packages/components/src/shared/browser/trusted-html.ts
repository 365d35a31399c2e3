/** HTML that may be put into the page: sanitised by the server or in the page. */
export type SafeHtml = { toString(): string };

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML(html: string): string },
  ): { createHTML(html: string): SafeHtml };
}

let policy: { createHTML(html: string): SafeHtml } | undefined;

/** Marks HTML the server has sanitised as safe for the page's Trusted Types policy. Never give it anything else. */
export function trustedHtml(sanitized: string): SafeHtml {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return sanitized;
  policy ??= trustedTypes.createPolicy("vitrine", { createHTML: (html) => html });
  return policy.createHTML(sanitized);
}
