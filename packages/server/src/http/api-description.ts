import { describeApi, type AppHost } from "@vitrine/core";
import { apiMarkdown } from "@vitrine/core/api-snippets";
import type { Context } from "hono";
import { rootOf } from "./root.ts";
import type { AppEnv } from "./env.ts";

/** `GET api.json`: the public endpoints; `?endpoint=<name>` one that its caller knows by name. */
export function createApiDescriptionRoute(host: Promise<AppHost>, hasMcp: boolean) {
  return async (context: Context<AppEnv>): Promise<Response> => {
    const { endpoints, config } = await host;
    context.header("Cache-Control", "no-store");
    const only = context.req.query("endpoint");
    return context.json(describeApi(endpoints, { title: config.title, hasMcp, only }));
  };
}

/** `GET api.md`: the same as Markdown, with snippets. */
export function createApiMarkdownRoute(host: Promise<AppHost>, hasMcp: boolean) {
  return async (context: Context<AppEnv>): Promise<Response> => {
    const { endpoints, config } = await host;
    const { title } = config;
    const target = { title, url: `${rootOf(context)}/` };
    context.header("Cache-Control", "no-store");
    context.header("Content-Type", "text/markdown; charset=UTF-8");
    return context.body(apiMarkdown(describeApi(endpoints, { title, hasMcp }), target));
  };
}
