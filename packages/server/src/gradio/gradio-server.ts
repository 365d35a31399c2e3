import { VitrineError, type AppHost, type Clock, type FileStore, type Logger } from "@vitrine/core";
import { Hono, type Context } from "hono";
import { allowOrigins } from "../http/allow-origins.ts";
import type { AddressPolicy } from "../files/public-address.ts";
import type { AppEnv } from "../http/env.ts";
import { describeFailure } from "../http/errors.ts";
import type { OriginPolicy } from "../http/same-origin.ts";
import { defaultUploadPace, type UploadPace } from "../http/upload-pace.ts";
import { callRoute, namedCallRoute, resultRoute, runRoute } from "./call-routes.ts";
import { fileRoute } from "./files/file-route.ts";
import { GradioFiles } from "./files/gradio-files.ts";
import { UploadProgress } from "./files/upload-progress.ts";
import { uploadProgressRoute, uploadRoute } from "./files/upload-route.ts";
import { GradioApi } from "./gradio-api.ts";
import { heartbeatRoute } from "./heartbeat-route.ts";
import { GradioRefusal } from "./http/refusal.ts";
import { rootOf } from "../http/root.ts";
import { describeApi } from "./info/api-info.ts";
import { describeConfig } from "./info/gradio-config.ts";
import { cancelRoute, dataRoute, joinRoute } from "./join-routes.ts";
import { CallResults } from "./queue/call-results.ts";
import { StreamSessions } from "./queue/stream-sessions.ts";

export interface GradioServerOptions {
  readonly host: Promise<AppHost>;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly policy: OriginPolicy;
  readonly fetchPolicy: AddressPolicy;
  readonly uploadPace: Partial<UploadPace>;
}

type Route = (context: Context<AppEnv>) => Response | Promise<Response>;

/** How long an upload waits for a call that names it, in milliseconds. */
const uploadTtlMs = 60 * 60 * 1000;
const maxFetchedBytes = 200 << 20;

/** What Gradio's clients, and curl as Gradio documents it, ask of an app. */
export class GradioServer {
  readonly routes = new Hono<AppEnv>();
  readonly #options: GradioServerOptions;
  readonly #api: GradioApi;
  readonly #files: GradioFiles;
  readonly #streams: StreamSessions;
  readonly #results = new CallResults();
  #isFirstStart = true;

  constructor(options: GradioServerOptions) {
    const { host, files, clock, log, policy, fetchPolicy } = options;
    this.#options = options;
    this.#files = new GradioFiles({
      store: files,
      clock,
      uploadTtlMs,
      policy: { maxBytes: maxFetchedBytes, ...fetchPolicy },
    });
    this.#api = new GradioApi({ host, clock, log, files: this.#files });
    this.#streams = new StreamSessions(clock);
    this.routes.onError((error, context) => this.#answerFailure(error, context));
    const shared = allowOrigins(policy, {
      methods: ["GET", "HEAD", "POST"],
      headers: ["x-gradio-user"],
    });
    for (const path of ["/config", "/gradio_api/*", "/call/*", "/login"]) this.routes.use(path, shared);
    this.#addDescriptions();
    this.#addQueue();
    this.#addCalls();
    this.#addFiles();
    this.#addSmallOnes();
    this.routes.all("/gradio_api/*", () => {
      throw new GradioRefusal(404, "Not Found");
    });
  }

  /** Tells who waits that nothing more comes. */
  close(): void {
    this.#streams.close();
    this.#results.close();
    this.#files.close();
  }

  #addDescriptions(): void {
    this.#get("/config", async (context) =>
      context.json(describeConfig(await this.#api.host, rootOf(context))),
    );
    this.#get("/gradio_api/info", async (context) => {
      const isAll = context.req.query("all_endpoints") === "true";
      return context.json(describeApi(await this.#api.host, rootOf(context), { isAll }));
    });
  }

  #addQueue(): void {
    this.#post("/gradio_api/queue/join", joinRoute(this.#api, this.#streams));
    this.#get("/gradio_api/queue/data", dataRoute(this.#streams));
    this.#get("/gradio_api/queue/status", async (context) => {
      const size = (await this.#api.host).options.engine.jobs.size;
      return context.json({
        msg: "estimation",
        event_id: null,
        rank: null,
        queue_size: size,
        rank_eta: null,
      });
    });
    this.#post("/gradio_api/cancel", cancelRoute(this.#streams));
    this.#post("/gradio_api/reset", (context) => context.json({ success: true }));
    this.#get("/gradio_api/heartbeat/:session", heartbeatRoute(this.#api));
  }

  #addCalls(): void {
    for (const prefix of ["/gradio_api", ""]) {
      this.#post(`${prefix}/call/v2/:name`, namedCallRoute(this.#api, this.#results));
      this.#get(`${prefix}/call/v2/:name/:event`, resultRoute(this.#api, this.#results));
      this.#post(`${prefix}/call/:name`, callRoute(this.#api, this.#results));
      this.#get(`${prefix}/call/:name/:event`, resultRoute(this.#api, this.#results));
    }
    this.#post("/gradio_api/run/:name", runRoute(this.#api));
    this.#post("/gradio_api/api/:name", runRoute(this.#api));
  }

  #addFiles(): void {
    const progress = new UploadProgress(this.#options.clock);
    const pace = { ...defaultUploadPace, ...this.#options.uploadPace };
    const maxBytes = async (): Promise<number> => (await this.#api.host).options.maxUploadBytes;
    this.#post("/gradio_api/upload", uploadRoute({ files: this.#files, progress, pace, maxBytes }));
    this.#get("/gradio_api/upload_progress", uploadProgressRoute(progress));
    const file = fileRoute(this.#files);
    this.routes.get("/gradio_api/:start{file=[^/]*}", file);
    this.routes.get("/gradio_api/:start{file=[^/]*}/*", file);
    this.routes.get("/gradio_api/file/*", file);
  }

  #addSmallOnes(): void {
    const answer = (path: string, value: () => unknown): void =>
      this.#get(path, (context) => context.json(value()));
    this.#get("/gradio_api/app_id", async (context) =>
      context.json({ app_id: (await this.#api.host).config.fingerprint }),
    );
    answer("/gradio_api/startup-events", () => {
      const isFirst = this.#isFirstStart;
      this.#isFirstStart = false;
      return isFirst;
    });
    answer("/gradio_api/login_check", () => null);
    answer("/gradio_api/user", () => null);
    answer("/gradio_api/token", () => ({ token: null, user: null }));
    // No app asks for a login yet; clients that bring one are let in.
    this.#post("/login", (context) => context.redirect(`${rootOf(context)}/`, 302));
  }

  #get(path: string, route: Route): void {
    this.routes.on("GET", [path, `${path}/`], route);
  }

  #post(path: string, route: Route): void {
    this.routes.on("POST", [path, `${path}/`], route);
  }

  #answerFailure(error: Error, context: Context<AppEnv>): Response {
    context.header("Cache-Control", "no-store");
    if (error instanceof GradioRefusal) return context.json({ detail: error.detail }, error.status);
    if (!(error instanceof VitrineError))
      this.#options.log.error("A request of a Gradio client failed", { error });
    const { status, error: report } = describeFailure(error);
    const detail =
      status === 422 ? [{ type: "value_error", loc: ["body"], msg: report.message }] : report.message;
    return context.json({ detail }, status);
  }
}
