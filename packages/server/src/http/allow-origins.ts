import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "./env.ts";
import { isAllowedOrigin, type OriginPolicy } from "./same-origin.ts";

export interface CrossOriginOptions {
  readonly methods: readonly string[];
  /** Headers clients send and read besides the usual ones. */
  readonly headers: readonly string[];
}

/** Lets pages of the origins the author allows call and read; it names exactly that origin, never all of them. */
export function allowOrigins(
  policy: OriginPolicy,
  { methods, headers }: CrossOriginOptions,
): MiddlewareHandler<AppEnv> {
  return cors({
    origin: (origin) => (isAllowedOrigin(origin, policy) ? origin : null),
    allowMethods: [...methods],
    allowHeaders: ["content-type", "authorization", ...headers],
    exposeHeaders: [...headers],
    maxAge: 600,
  });
}
