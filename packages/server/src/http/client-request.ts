import type { ConnectionRequest } from "@vitrine/core";
import type { Context } from "hono";
import type { AppEnv } from "./env.ts";

/** Where a call comes from, as functions are told. */
export function clientRequest(context: Context<AppEnv>): ConnectionRequest {
  return {
    headers: context.req.header(),
    query: context.req.query(),
    clientAddress: context.env.incoming?.socket.remoteAddress ?? "",
  };
}
