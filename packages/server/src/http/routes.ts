import { toSessionId, type AppHost, type FileStore, type Logger } from "@vitrine/core";
import { Hono, type Context } from "hono";
import { getPath } from "hono/utils/url";
import { restRoutes } from "../api/rest-routes.ts";
import type { AddressPolicy } from "../files/public-address.ts";
import { allowOrigins } from "./allow-origins.ts";
import { createApiDescriptionRoute, createApiMarkdownRoute } from "./api-description.ts";
import { createAssetsRoute } from "./assets.ts";
import type { BuiltPage } from "./built-page.ts";
import type { AppEnv } from "./env.ts";
import { answerNotFound, answerWrongMethod, createErrorHandler } from "./errors.ts";
import { createFaviconRoute } from "./favicon.ts";
import { fileRoutes } from "./files.ts";
import { createHealthRoute, createReadyRoute } from "./health.ts";
import { createPageRoute } from "./page.ts";
import type { OriginPolicy } from "./same-origin.ts";
import { sameOriginOnly, securityHeaders } from "./security-headers.ts";
import type { UploadPace } from "./upload-pace.ts";
import { uploadRoutes, type UploadRoutesOptions } from "./upload.ts";

export interface RoutesOptions {
  readonly host: Promise<AppHost>;
  /** What Gradio's clients ask. */
  readonly gradio: Hono<AppEnv>;
  /** What MCP clients ask; absent where there is nothing for them. */
  readonly mcp: Hono<AppEnv> | undefined;
  readonly files: FileStore;
  readonly policy: OriginPolicy;
  readonly log: Logger;
  readonly built: () => Promise<BuiltPage>;
  readonly isDevelopment: boolean;
  readonly faviconPath?: string;
  readonly uploadPace?: Partial<UploadPace>;
  /** What the server may fetch for API clients. */
  readonly fetchPolicy?: AddressPolicy;
}

type Route = (context: Context<AppEnv>) => Response | Promise<Response>;

/** Everything one app answers over HTTP. */
export function createRoutes(options: RoutesOptions): Hono<AppEnv> {
  const { host, files, policy, log, built, isDevelopment } = options;
  const routes = new Hono<AppEnv>({ getPath: pathBelowMount });
  routes.onError(createErrorHandler({ log, isDevelopment }));
  routes.notFound(answerNotFound);
  routes.use(securityHeaders(), sameOriginOnly(policy));
  const get = (path: string, route: Route): void => {
    routes.get(path, route);
    routes.all(path, (context) => answerWrongMethod(context, "GET"));
  };
  get("/", createPageRoute(host, built));
  get("/assets/:name", createAssetsRoute(built));
  get("/favicon.ico", createFaviconRoute(options.faviconPath));
  routes.use("/files/*", allowOrigins(policy, { methods: ["GET"], headers: [] }));
  routes.route("/", fileRoutes(files));
  routes.route("/", uploadRoutes(uploadOptions(host, options.uploadPace)));
  routes.all("/upload", (context) => answerWrongMethod(context, "POST"));
  get("/api.json", createApiDescriptionRoute(host, options.mcp !== undefined));
  get("/api.md", createApiMarkdownRoute(host, options.mcp !== undefined));
  routes.route(
    "/",
    restRoutes({
      host,
      files,
      policy,
      fetchPolicy: options.fetchPolicy ?? {},
      uploadPace: options.uploadPace ?? {},
    }),
  );
  routes.route("/", options.gradio);
  if (options.mcp) routes.route("/", options.mcp);
  get("/healthz", createHealthRoute());
  get("/readyz", createReadyRoute(host));
  return routes;
}

function uploadOptions(host: Promise<AppHost>, pace: Partial<UploadPace> = {}): UploadRoutesOptions {
  return {
    pace,
    async openFiles({ sessionId, secret }) {
      const session = await (await host).authenticate(toSessionId(sessionId), { secret });
      return session?.files;
    },
    maxUploadBytes: async () => (await host).options.maxUploadBytes,
  };
}

function pathBelowMount(request: Request, options?: { env?: AppEnv["Bindings"] }): string {
  return getPath(request).slice(options?.env?.basePath?.length ?? 0);
}
