import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./env.ts";
import {
  assertKnownHost,
  assertSameOrigin,
  isLoopbackAddress,
  isSafeMethod,
  type OriginPolicy,
} from "./same-origin.ts";

const headers: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["X-Frame-Options", "SAMEORIGIN"],
  // What a page without a policy of its own may do: nothing. The app's page replaces it.
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'"],
];

/** Headers of every answer. They are set before the route runs: afterwards it would cost two thirds of the throughput. */
export function securityHeaders(): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    for (const [name, value] of headers) context.header(name, value);
    await next();
  };
}

/** Refuses requests of other sites' pages before anything is read or done. */
export function sameOriginOnly(policy: OriginPolicy): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const header = (name: string): string | undefined => context.req.header(name);
    assertKnownHost(header, {
      ...policy,
      isLoopback: isLoopbackAddress(context.env.incoming?.socket.localAddress),
    });
    if (!isSafeMethod(context.req.method)) assertSameOrigin(header, policy);
    await next();
  };
}

/**
 * The policy of the app's page: its own scripts only, no inline script, no eval, no assignment of text to markup.
 *
 * @param nonce names the page's inline style sheets
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types vitrine dompurify",
  ].join("; ");
}
