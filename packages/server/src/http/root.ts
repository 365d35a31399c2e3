import type { Context } from "hono";
import type { AppEnv } from "./env.ts";

/**
 * The app's address as this client reaches it, without a slash at its end. A proxy's word is taken for host and scheme:
 * the answer goes to nobody but who sent it.
 */
export function rootOf(context: Context<AppEnv>): string {
  const origin = forwardedOrigin(context) ?? new URL(context.req.url).origin;
  return `${origin}${forwardedPrefix(context)}${context.env.basePath ?? ""}`.replace(/\/+$/, "");
}

/** What a proxy says it has taken off the front of the path. */
function forwardedPrefix(context: Context<AppEnv>): string {
  const prefix = first(context.req.header("x-forwarded-prefix"))?.replace(/\/+$/, "") ?? "";
  return /^(\/[\w.~-]+)+$/.test(prefix) && !prefix.includes("/.") ? prefix : "";
}

function forwardedOrigin(context: Context<AppEnv>): string | undefined {
  const host = first(context.req.header("x-forwarded-host"));
  if (host === undefined || !/^[^/\\@?#\s,]+$/.test(host)) return undefined;
  const scheme = first(context.req.header("x-forwarded-proto")) === "https" ? "https" : "http";
  const address = `${scheme}://${host}`;
  return URL.canParse(address) ? new URL(address).origin : undefined;
}

/** Each proxy adds what it heard; the first is nearest to the client. */
function first(header: string | undefined): string | undefined {
  return header?.split(",")[0]?.trim();
}
