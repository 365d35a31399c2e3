import { describeApi, type AppHost } from "@vitrine/core";
import type { Context } from "hono";

/** `GET api.json`: the public endpoints; `?endpoint=<name>` one that its caller knows by name. */
export function createApiDescriptionRoute(host: Promise<AppHost>, hasMcp: boolean) {
  return async (context: Context): Promise<Response> => {
    const { endpoints, config } = await host;
    context.header("Cache-Control", "no-store");
    const only = context.req.query("endpoint");
    return context.json(describeApi(endpoints, { title: config.title, hasMcp, only }));
  };
}
