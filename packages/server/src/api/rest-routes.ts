import {
  findEndpoint,
  VitrineError,
  type AppHost,
  type Endpoint,
  type FileStore,
  type JobStatus,
  type JsonObject,
} from "@vitrine/core";
import { Hono, type Context } from "hono";
import type { AddressPolicy } from "../files/public-address.ts";
import { rootOf } from "../http/root.ts";
import { allowOrigins } from "../http/allow-origins.ts";
import type { AppEnv } from "../http/env.ts";
import { answerReport, answerWrongMethod, describeFailure } from "../http/errors.ts";
import type { OriginPolicy } from "../http/same-origin.ts";
import { defaultUploadPace, type UploadPace } from "../http/upload-pace.ts";
import { createOpenApiRoute } from "./openapi-route.ts";
import { leavesSomething } from "./plain-endpoint.ts";
import { toPlainFile, type PlainFiles } from "./plain-values.ts";
import { openSession, readParameters, sessionHeader } from "./rest-request.ts";
import { receiveUpload } from "./rest-upload.ts";
import { answerEvents } from "./rest-stream.ts";
import { CallFailure, runEndpoint, type EndpointCall } from "./run-endpoint.ts";

export interface RestOptions {
  readonly host: Promise<AppHost>;
  readonly files: FileStore;
  readonly policy: OriginPolicy;
  /** What the server may fetch for a call. */
  readonly fetchPolicy: AddressPolicy;
  readonly uploadPace?: Partial<UploadPace>;
}

/**
 * `POST api/<endpoint>`: a JSON object of parameters by name in, `{ "data": { … } }` out, or events for those who
 * accept them. `POST api/upload`: a file for later calls. `GET openapi.json`: all of it described.
 */
export function restRoutes(options: RestOptions): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const crossOrigin = allowOrigins(options.policy, { headers: [sessionHeader], methods: ["GET", "POST"] });
  routes.use("/api/*", crossOrigin);
  routes.use("/openapi.json", crossOrigin);
  routes.get("/openapi.json", createOpenApiRoute(options.host));
  routes.all("/openapi.json", (context) => answerWrongMethod(context, "GET"));
  routes.post("/api/:endpoint", async (context) => {
    const host = await options.host;
    const name = context.req.param("endpoint");
    if (name === "upload" && !(isJsonBody(context) && host.endpoints.has(name)))
      return answerUpload(context, host, options);
    return answerCall(context, findEndpoint(host.endpoints, name), { ...options, running: host });
  });
  routes.all("/api/:endpoint", (context) => answerWrongMethod(context, "POST"));
  return routes;
}

async function answerUpload(
  context: Context<AppEnv>,
  host: AppHost,
  { uploadPace }: RestOptions,
): Promise<Response> {
  const { session } = await openSession(context, host);
  const ref = await receiveUpload(context, session.session.files, {
    maxBytes: host.options.maxUploadBytes,
    pace: { ...defaultUploadPace, ...uploadPace },
  });
  context.header("Cache-Control", "no-store");
  return context.json(toPlainFile(ref, baseUrlOf(context)), 201);
}

async function answerCall(
  context: Context<AppEnv>,
  endpoint: Endpoint,
  options: RestOptions & { readonly running: AppHost },
): Promise<Response> {
  const { running: host } = options;
  assertJsonBody(context);
  const parameters = await readParameters(context);
  const { session, isNamed } = await openSession(context, host);
  // Nobody comes back to what leaves nothing; kept, it would take the place of a visitor's session.
  const isLasting = isNamed || leavesSomething(endpoint);
  const end = (): void => {
    if (!isLasting)
      session
        .end()
        .catch((error: unknown) => host.options.log.error("A session did not end well", { error }));
  };
  const call = (signal: AbortSignal): EndpointCall => ({
    endpoint,
    session,
    parameters,
    plain: { ...plainFiles(context, options), files: session.session.files, signal },
  });
  if ((context.req.header("accept") ?? "").includes("text/event-stream")) {
    return answerEvents(context, async ({ send, signal }) => {
      try {
        const { data } = await runEndpoint({
          ...call(signal),
          onValue: (value) => send("value", { data: value }),
          onStatus: (status) => sendStatus(send, status),
          onMessage: (message) => send("message", withoutUndefined(message)),
        });
        send("complete", { data });
      } catch (error) {
        send("error", { error: { ...reportOf(error, host) } });
      } finally {
        end();
      }
    });
  }
  return answerJson(context, call(context.req.raw.signal)).finally(end);
}

async function answerJson(context: Context<AppEnv>, call: EndpointCall): Promise<Response> {
  const messages: JsonObject[] = [];
  const socket = context.env.incoming?.socket;
  const idleMs = socket?.timeout;
  // Nothing moves on the connection while a function works, for as long as it takes.
  socket?.setTimeout(0);
  context.header("Cache-Control", "no-store");
  try {
    const { data } = await runEndpoint({
      ...call,
      onMessage: (message) => void messages.push(withoutUndefined(message)),
    });
    return context.json({ data, ...(messages.length === 0 ? {} : { messages }) });
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return answerReport(context, error.report);
  } finally {
    socket?.setTimeout(idleMs ?? 0);
  }
}

/** Address of the app as the client knows it, with a slash at the end. */
export function baseUrlOf(context: Context<AppEnv>): string {
  return `${rootOf(context)}/`;
}

function plainFiles(
  context: Context<AppEnv>,
  { running, files, fetchPolicy }: RestOptions & { readonly running: AppHost },
): Omit<PlainFiles, "files"> {
  const { maxUploadBytes } = running.options;
  return {
    store: files,
    policy: { ...fetchPolicy, maxBytes: maxUploadBytes },
    baseUrl: baseUrlOf(context),
  };
}

function sendStatus(send: (event: string, data: JsonObject) => void, status: JobStatus): void {
  if (status.stage === "queued") {
    const { position, etaMs } = status;
    send("queued", { position, ...(etaMs === undefined ? {} : { etaMs }) });
  } else if (status.stage === "running" && status.progress) {
    send("progress", withoutUndefined(status.progress));
  }
}

function reportOf(error: unknown, host: AppHost): JsonObject {
  const report =
    error instanceof CallFailure
      ? error.report
      : describeFailure(error, { isDevelopment: host.options.isDevelopment }).error;
  if (!(error instanceof CallFailure) && !(error instanceof VitrineError))
    host.options.log.error("A call failed", { error });
  return withoutUndefined(report);
}

function isJsonBody(context: Context<AppEnv>): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(context.req.header("content-type") ?? "");
}

/** Browsers send text without asking first; JSON they do not. */
function assertJsonBody(context: Context<AppEnv>): void {
  if (isJsonBody(context)) return;
  throw new VitrineError("FILE_TYPE", {
    message: "A call expected a body of JSON.",
    hint: 'Send "content-type: application/json".',
  });
}

function withoutUndefined(object: object): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject;
}
