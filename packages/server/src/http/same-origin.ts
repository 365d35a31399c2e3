import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { VitrineError } from "@vitrine/core";

/** Reads a header by its lower-case name. */
export type HeaderReader = (name: string) => string | undefined;

export interface OriginPolicy {
  /** Origins besides the page's own that may send, such as `"https://intranet.example"`. */
  readonly allowedOrigins: readonly string[];
}

/** Headers a reverse proxy adds; pages cannot add them to a WebSocket, nor to a request to another site. */
const proxyHeaders = [
  "x-forwarded-host",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-real-ip",
  "forwarded",
  "via",
];

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

export function isSafeMethod(method: string): boolean {
  return safeMethods.has(method);
}

export function headersOf(request: IncomingMessage): HeaderReader {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
}

/**
 * Refuses what a page of another site sends. A browser says where a request comes from, and pages cannot change what
 * it says; programs may say nothing.
 *
 * @throws ORIGIN_REFUSED
 */
export function assertSameOrigin(header: HeaderReader, policy: OriginPolicy): void {
  const origin = header("origin");
  const site = header("sec-fetch-site");
  if (origin === undefined) {
    // Browsers name the origin of every write and upgrade, so what carries their marks without it is not to be trusted.
    const isFromBrowser = header("cookie") !== undefined || (site !== undefined && site !== "none");
    if (isFromBrowser && site !== "same-origin") throw refuse("a request that does not name its origin");
    return;
  }
  const from = parseOrigin(origin);
  if (from === undefined) throw refuse("an origin that cannot be read");
  if (policy.allowedOrigins.some((allowed) => parseOrigin(allowed)?.origin === from.origin)) return;
  // Sent by browsers only to https and to this machine itself, so a rebound name cannot have it. It stays right behind
  // proxies that hide the address the browser used.
  if (site === "same-origin") return;
  if (ownHosts(header).some((host) => isSameHost(from, host))) return;
  throw refuse("a page of another origin");
}

/** Whether the author lets pages of this origin use the app. */
export function isAllowedOrigin(origin: string, policy: OriginPolicy): boolean {
  const from = parseOrigin(origin)?.origin;
  return from !== undefined && policy.allowedOrigins.some((allowed) => parseOrigin(allowed)?.origin === from);
}

/**
 * Refuses names that only a rebound DNS entry gives to this machine: a request that arrived over the loopback
 * interface, through no proxy, names this machine or an address.
 *
 * @throws ORIGIN_REFUSED
 */
export function assertKnownHost(
  header: HeaderReader,
  policy: OriginPolicy & { readonly isLoopback: boolean },
): void {
  if (!policy.isLoopback || proxyHeaders.some((name) => header(name) !== undefined)) return;
  const host = header("host");
  // HTTP/1.0 programs send none; browsers always do.
  if (host === undefined) return;
  const name = hostName(host);
  if (name !== undefined && isOwnName(name)) return;
  if (policy.allowedOrigins.some((allowed) => parseOrigin(allowed)?.host === host.toLowerCase())) return;
  throw refuse("a host name that is not this machine's");
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || /^(::ffff:)?127\./.test(address));
}

function refuse(what: string): VitrineError {
  return new VitrineError("ORIGIN_REFUSED", {
    message: `Expected a request from the app's own page, got ${what}.`,
    hint: "Open the page from its own address. Behind a proxy, let it pass `Host` or `X-Forwarded-Host` on, or name the origin in `allowedOrigins`.",
  });
}

function parseOrigin(text: string): URL | undefined {
  // `null` is what sandboxed frames and data: pages send: nobody's origin.
  if (!/^https?:\/\/[^/\\@\s,]+$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

/** What the page's address may be: as the client, or the nearest proxy, says. */
function ownHosts(header: HeaderReader): readonly string[] {
  const forwarded = header("x-forwarded-host")?.split(",")[0]?.trim();
  return [header("host"), forwarded]
    .filter((host) => host !== undefined && host !== "")
    .map((host) => String(host));
}

function isSameHost(origin: URL, host: string): boolean {
  const own = `${origin.protocol}//${host}`;
  return /^[^/\\@\s,]+$/.test(host) && URL.canParse(own) && new URL(own).host === origin.host;
}

function hostName(host: string): string | undefined {
  if (!/^[^/\\@\s,]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname;
}

function isOwnName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(bare) !== 0 || bare === "localhost" || bare.endsWith(".localhost");
}
