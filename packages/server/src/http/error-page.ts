import { createHash } from "node:crypto";
import type { ErrorReport } from "@vitrine/core";
import { escapeHtml } from "./escape-html.ts";

/** The looks of the app's page in small: it has to stand without any file of it. */
const style = [
  ":root{color-scheme:light dark;color:light-dark(#1d1c1a,#eeeef0);background:light-dark(#fbfbfa,#111113);",
  'font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}',
  "body{margin:0;min-height:100vh;display:grid;place-items:center}",
  "main{box-sizing:border-box;width:100%;max-width:34rem;padding:24px}",
  "h1{margin:0 0 8px;font-size:1.25rem}p{margin:0 0 8px}",
  "p+p,small{color:light-dark(#63615b,#a3a6ad)}",
  "pre{padding:12px;overflow:auto;font-size:.8125rem;background:light-dark(#f1f0ee,#18191b);border-radius:8px}",
].join("");

/** The page's policy: its own style and nothing else. */
export const errorPagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'self'`;

/** What a person sees who asked for something that cannot be answered. Nothing in it comes from the request. */
export function errorPage(status: number, { code, message, hint, detail }: ErrorReport): string {
  const advice = hint === undefined ? "" : `<p>${escapeHtml(hint)}</p>`;
  const stack = detail === undefined ? "" : `<pre>${escapeHtml(detail)}</pre>`;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${status}</title><style>${style}</style></head><body><main>`,
    `<h1>${escapeHtml(message)}</h1>${advice}${stack}<p><small>${status} · ${code}</small></p></main></body></html>`,
  ].join("");
}
