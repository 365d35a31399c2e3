import type { AppHost } from "@vitrine/core";
import type { Context } from "hono";
import { rootOf } from "../http/root.ts";
import type { AppEnv } from "../http/env.ts";
import { describeOpenApi } from "./openapi.ts";

/** `GET openapi.json`, made for each request: its addresses are those the client knows. */
export function createOpenApiRoute(host: Promise<AppHost>) {
  return async (context: Context<AppEnv>): Promise<Response> => {
    const { endpoints, config } = await host;
    context.header("Cache-Control", "no-store");
    return context.json(
      describeOpenApi([...endpoints.values()], {
        title: config.title,
        baseUrl: `${rootOf(context)}/`,
      }),
    );
  };
}
