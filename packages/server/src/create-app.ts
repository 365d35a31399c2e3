import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import {
  AppHost,
  compileApp,
  createEmbeddedEngine,
  type App,
  type Engine,
  type FileStore,
  type Logger,
} from "@vitrine/core";
import { Hono } from "hono";
import { createFileStore } from "./files/disk-file-store.ts";
import { GradioServer } from "./gradio/gradio-server.ts";
import { loadBuiltPage } from "./http/built-page.ts";
import type { AppEnv, RequestBindings } from "./http/env.ts";
import { createRoutes } from "./http/routes.ts";
import type { UploadPace } from "./http/upload-pace.ts";
import { McpEndpoint } from "./mcp/mcp-routes.ts";
import { createLogger, nodeClock, nodeIds } from "./node-ports.ts";
import { refuseUnknownUpgrade } from "./socket/refuse-upgrade.ts";
import type { SocketLimits } from "./socket/socket-limits.ts";
import { SocketServer } from "./socket/socket-server.ts";

export interface CreateAppOptions {
  /** Origins besides its own whose pages may use the app, such as `"https://intranet.example"`. @default none */
  readonly allowedOrigins?: readonly string[];
  /** Largest upload, in bytes. @default 200 MiB */
  readonly maxUploadBytes?: number;
  /** Folders and files besides the working directory whose files functions may return by path. @default none */
  readonly allowedPaths?: readonly string[];
  /**
   * Hosts that API clients may name in addresses of files although they are not on the public internet, such as
   * `"files.intranet.example"` or `"127.0.0.1:9000"`; without a port a name stands for every port.
   *
   * @default none
   */
  readonly allowedFetchHosts?: readonly string[];
  /** Answers MCP clients at `mcp`: endpoints are tools; resources and prompts are what the app declares. @default false */
  readonly mcp?: boolean;
  /** Icon of the browser's tab: an .ico, .png, .gif or .svg file. @default Vitrine's */
  readonly faviconPath?: string;
  /** Visitors see messages and stacks of unexpected errors. @default false */
  readonly isDevelopment?: boolean;
  /** Sessions kept at most. @default 10000 */
  readonly sessionCapacity?: number;
  /** How long a session's State is kept after its page closed, in milliseconds. @default 60 minutes */
  readonly sessionTtlMs?: number;
  /** How long a page may be away before its jobs are cancelled, in milliseconds. @default 2 minutes */
  readonly resumeMs?: number;
  /** Where visitors' files are kept. @default a folder of this process in the system's temporary folder */
  readonly files?: FileStore;
  /** What the app runs on. @default this process's memory */
  readonly engine?: Engine;
  /** Where the server says what went wrong. @default the standard error stream */
  readonly log?: Logger;
  /** Bounds on what one page may send and must read, and on the pages one address may have open. */
  readonly socketLimits?: Partial<SocketLimits>;
  /**
   * Reverse proxies that stand before the server and each add to `X-Forwarded-For`: visitors are then counted by what
   * the first of them wrote. Without it they are counted by the address a connection comes from, unless that is one of
   * this machine, as a proxy's on it is.
   *
   * @default 0
   */
  readonly trustedProxies?: number;
  /** Bounds on uploads that come slowly or not at all. */
  readonly uploadPace?: Partial<UploadPace>;
  /** Most a session's State and changed options may take, in characters of their text. @default 16 Mi */
  readonly maxStateLength?: number;
}

/** An app as a Hono app; it may be mounted at any path of another, and serves at `/` by itself. */
export interface VitrineApp extends Hono<AppEnv> {
  /** The running app; rejects when it could not be started. */
  readonly host: Promise<AppHost>;
  /** Answers an upgrade request that is meant for this app. Give it those for `<path of the app>/socket`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Answers the upgrade requests of a Node server for this app.
   *
   * @param path where the app is mounted. @default "/"
   */
  attach(server: Server, path?: string): void;
  /** Takes no new jobs and waits up to `maxMs` for those that run. */
  drain(maxMs: number): Promise<void>;
  /** Ends sessions and sockets, and deletes the visitors' files. */
  close(): Promise<void>;
}

/**
 * Makes an app ready to be mounted in a server of your own.
 *
 * @throws LISTENER_WIRING and other errors of the app's declaration
 * @example
 * const demo = createApp(new Interface(greet, "text", "text"));
 * const server = serve(new Hono().route("/demo", demo));
 * demo.attach(server, "/demo");
 */
export function createApp(app: App, options: CreateAppOptions = {}): VitrineApp {
  const compiled = compileApp(app);
  const log = options.log ?? createLogger();
  const files = options.files ?? createFileStore(given(options, "allowedPaths"));
  const engine =
    options.engine ??
    createEmbeddedEngine({
      clock: nodeClock,
      ids: nodeIds,
      ...given(options, "sessionCapacity", "sessionTtlMs"),
    });
  const host = AppHost.start({
    app: compiled,
    engine,
    files,
    log,
    clock: nodeClock,
    ids: nodeIds,
    ...given(options, "isDevelopment", "maxUploadBytes", "resumeMs", "maxStateLength"),
  });
  // Whoever asks for the host hears of the failure; without a visitor nobody has to.
  host.catch(() => undefined);
  const policy = { allowedOrigins: options.allowedOrigins ?? [] };
  const sockets = new SocketServer({
    host,
    log,
    policy,
    ...given({ limits: options.socketLimits }, "limits"),
    ...given(options, "trustedProxies"),
  });
  const gradio = new GradioServer({
    host,
    files,
    log,
    policy,
    clock: nodeClock,
    fetchPolicy: given(options, "allowedFetchHosts"),
    uploadPace: options.uploadPace ?? {},
  });
  const mcp = options.mcp
    ? new McpEndpoint({
        host,
        files,
        policy,
        clock: nodeClock,
        fetchPolicy: given(options, "allowedFetchHosts"),
      })
    : undefined;
  const routes = createRoutes({
    gradio: gradio.routes,
    mcp: mcp?.routes,
    host,
    files,
    policy,
    log,
    built: loadBuiltPage,
    isDevelopment: options.isDevelopment ?? false,
    fetchPolicy: given(options, "allowedFetchHosts"),
    ...given(options, "faviconPath", "uploadPace"),
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    void sockets.upgrade(request, socket, head);
  };
  return Object.assign(mountable(routes), {
    host,
    upgrade,
    attach: (server: Server, path?: string) => attachUpgrade(server, { upgrade, path: path ?? "/" }),
    drain: async (maxMs: number) => (await host).drain(maxMs),
    async close() {
      sockets.announceRestart();
      gradio.close();
      await mcp?.close();
      await sockets.close();
      await (await host.catch(() => undefined))?.close();
      await engine.close();
      await files.close();
    },
  });
}

/** The options named, without those left undefined. */
function given<TOptions extends object, TName extends keyof TOptions>(options: TOptions, ...names: TName[]) {
  const entries = names
    .map((name) => [name, options[name]] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [TKey in TName]?: Exclude<TOptions[TKey], undefined> };
}

/** Routes that know only paths below themselves, wherever another Hono app puts them. */
function mountable(routes: Hono<AppEnv>): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: true }).all("/*", (context) => {
    // A request made by hand, as in a test, brings nothing with it.
    const bindings = context.env as RequestBindings | undefined;
    // oxlint-disable-next-line typescript/no-deprecated -- `routePath()` of hono/route knows only requests of its own copy of Hono
    const basePath = bindings?.basePath ?? baseOf(context.req.routePath, context.req.path);
    // Relative addresses of the page count from its folder.
    if (context.req.path === basePath) return context.redirect(`${basePath.split("/").at(-1)}/`, 308);
    return routes.fetch(context.req.raw, { ...bindings, basePath });
  });
}

/** The part of a path that the mount point `/a/:b/*` stands for. */
function baseOf(pattern: string, path: string): string {
  const depth = pattern.replace(/\/\*$/, "").split("/").length;
  return path.split("/").slice(0, depth).join("/");
}

interface Attachment {
  readonly upgrade: VitrineApp["upgrade"];
  readonly path: string;
}

function attachUpgrade(server: Server, { upgrade, path }: Attachment): void {
  const socketPath = `${path.replace(/\/+$/, "")}/socket`;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) === socketPath) upgrade(request, socket, head);
    // Another listener may know the address; alone, this one has to answer.
    else if (server.listenerCount("upgrade") === 1) refuseUnknownUpgrade(socket);
  });
}

/** The path of a request, as it was sent. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?")[0] ?? "";
}
