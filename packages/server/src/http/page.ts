import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { type AppConfig, type AppHost, type BlockConfig, type Json } from "@vitrine/core";
import type { Context } from "hono";
import type { BuiltPage, Manifest } from "./built-page.ts";
import { escapeHtml } from "./escape-html.ts";
import { pagePolicy } from "./security-headers.ts";

const compress = promisify(gzip);

/** Smaller pages fit in the first packets anyway. */
const compressFromLength = 4096;

/**
 * The page without its nonce, which stands between the parts: the same for every visitor, so it is made once for each
 * state of the app.
 */
type PageTemplate = readonly string[];

/** Serves the app's page, drawn on the server. */
export function createPageRoute(host: Promise<AppHost>, built: () => Promise<BuiltPage>) {
  const templates = new WeakMap<AppConfig, PageTemplate>();
  return async (context: Context): Promise<Response> => {
    const { app, config } = await host;
    let template = templates.get(config);
    if (!template) {
      template = buildTemplate(config, { built: await built(), css: app.root.options.css });
      templates.set(config, template);
    }
    const nonce = randomBytes(16).toString("base64");
    context.header("Content-Security-Policy", pagePolicy(nonce));
    context.header("Cache-Control", "no-store");
    context.header("Vary", "Accept-Encoding");
    const html = template.join(nonce);
    if (html.length < compressFromLength || !/\bgzip\b/.test(context.req.header("accept-encoding") ?? "")) {
      return context.html(html);
    }
    context.header("Content-Encoding", "gzip");
    context.header("Content-Type", "text/html; charset=UTF-8");
    return context.body(new Uint8Array(await compress(html, { level: constants.Z_BEST_SPEED })));
  };
}

interface PageSource {
  readonly built: BuiltPage;
  /** The author's own style sheet. */
  readonly css: string | undefined;
}

/** Stands for the nonce until a page is sent; random, so that nothing an app shows can name it. */
const nonceMark = `nonce-mark-${randomBytes(16).toString("hex")}`;

function buildTemplate(config: AppConfig, { built, css }: PageSource): PageTemplate {
  const { manifest } = built;
  const { html, layoutCss } = built.renderApp(config);
  const used = usedViews(config, manifest);
  const scripts = unique([
    manifest.boot.js,
    ...manifest.boot.imports,
    ...used.flatMap((view) => [view.js, ...view.imports]),
  ]);
  const sheets = unique([manifest.boot.css, ...used.map((view) => view.css)]);
  const text = [
    `<!doctype html><html lang="en" data-theme="${escapeHtml(config.theme)}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(config.title)}</title>`,
    `<link rel="icon" href="favicon.ico">`,
    ...(manifest.theme ? [`<script src="assets/${manifest.theme.js}"></script>`] : []),
    ...sheets.map((file) => `<link rel="stylesheet" href="assets/${file}">`),
    `<style nonce="${nonceMark}">${styleText(layoutCss)}</style>`,
    // Outside any layer, so that the author's rules win over Vitrine's.
    ...(css === undefined ? [] : [`<style nonce="${nonceMark}">${styleText(css)}</style>`]),
    ...scripts.map((file) => `<link rel="modulepreload" href="assets/${file}">`),
    `</head><body><div id="vitrine">${html}</div>`,
    jsonScript("vitrine-config", config as unknown as Json),
    jsonScript("vitrine-assets", manifest.views as unknown as Json),
    `<script type="module" src="assets/${manifest.boot.js}"></script></body></html>`,
  ].join("");
  return text.split(nonceMark);
}

function usedViews(config: AppConfig, manifest: Manifest): Manifest["views"][string][] {
  const types = new Set([...walkConfig(config.root)].map((block) => block.type));
  return [...types].map((type) => manifest.views[type]).filter((view) => view !== undefined);
}

function* walkConfig(block: BlockConfig): Generator<BlockConfig> {
  yield block;
  for (const child of block.children ?? []) yield* walkConfig(child);
}

function unique(files: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(files)].filter((file) => file !== undefined);
}

/** JSON the page reads; none of it can end the element or begin a comment. */
function jsonScript(id: string, value: Json): string {
  const text = JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<script type="application/json" id="${id}">${text}</script>`;
}

/** A style sheet that cannot end its element. */
function styleText(css: string): string {
  return css.replace(/<\//g, "<\\/");
}
