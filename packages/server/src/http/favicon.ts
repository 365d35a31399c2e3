import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Context } from "hono";
import { VitrineError } from "@vitrine/core";

/** A window with something in it. */
const ownIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="4" width="26" height="24" rx="5" fill="#4f46e5"/><path d="M3 12h26" stroke="#fff" stroke-opacity=".55" stroke-width="2"/><circle cx="8" cy="8" r="1.5" fill="#fff"/><circle cx="13" cy="8" r="1.5" fill="#fff" fill-opacity=".7"/><path d="m9 23 5-6 4 4 3-3 3 5z" fill="#fff"/></svg>`;

const types: Readonly<Record<string, string>> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
};

/**
 * Serves the icon of the browser's tab.
 *
 * @param path the author's own icon
 * @throws OPTION_INVALID when `path` is not of a type browsers show as icon
 */
export function createFaviconRoute(path?: string) {
  const type = path === undefined ? "image/svg+xml" : types[extname(path).toLowerCase()];
  if (type === undefined) {
    const expected = Object.keys(types).join(", ");
    throw new VitrineError("OPTION_INVALID", {
      message: `faviconPath expected a file ending in ${expected}, got "${path}".`,
    });
  }
  return async (context: Context): Promise<Response> => {
    context.header("Content-Type", type);
    context.header("Cache-Control", "public, max-age=3600");
    return path === undefined ? context.body(ownIcon) : context.body(new Uint8Array(await readFile(path)));
  };
}
