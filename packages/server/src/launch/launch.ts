import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { VitrineError, type App } from "@vitrine/core";
import type { CreateAppOptions } from "../create-app.ts";
import { createLogger } from "../node-ports.ts";
import { listen } from "./listen.ts";
import { registeredLauncher } from "./launcher.ts";
import { shutDownWithProcess } from "./shutdown.ts";
import { takeFormerPort } from "./supervise.ts";
import { appsByPath, Site } from "./site.ts";

export interface LaunchOptions extends CreateAppOptions {
  /** Exactly this port, 0 for any free one. @default VITRINE_PORT, or the first free one from 7860 to 7959 */
  readonly port?: number;
  /** Address to listen on; `"0.0.0.0"` lets other machines in. @default VITRINE_HOST, or "127.0.0.1" */
  readonly host?: string;
  /** More apps at the same port: `{ "/hello": app }` is served at `/hello/`. */
  readonly mount?: Readonly<Record<string, App>>;
  /** Prints nothing. @default false */
  readonly quiet?: boolean;
  /** How long jobs that run may take to end when the server is told to, in milliseconds. @default 8000 */
  readonly drainMs?: number;
}

export interface Launched {
  /** Where the app answers on this machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Ends the server and every session at once. */
  close(): Promise<void>;
}

/** A launched server whose apps can be exchanged, for development. */
export interface LaunchedSite extends Launched {
  readonly site: Site;
}

/** Below what Docker waits for (10 s) before it kills. */
const defaultDrainMs = 8000;

/** A connection on which nothing moves for this long is given up; uploads of any length keep moving. */
const idleSocketMs = 120_000;

/**
 * Serves an app and prints its address.
 *
 * @throws PORT_IN_USE when the port, or every port tried, is taken; OPTION_INVALID; errors of the app's declaration
 */
export async function launch(app: App, options: LaunchOptions = {}): Promise<Launched> {
  return (registeredLauncher() ?? launchSite)(app, options);
}

/** Serves without asking whether another launcher wants to. */
export async function launchSite(app: App, options: LaunchOptions = {}): Promise<LaunchedSite> {
  const log = options.log ?? createLogger();
  const host = options.host ?? process.env["VITRINE_HOST"] ?? "127.0.0.1";
  const port = takeFormerPort() ?? options.port ?? portFromEnvironment();
  const site = new Site(appsByPath(app, options.mount), { ...options, log });
  const server = createServer(site);
  const close = async (): Promise<void> => {
    await Promise.all([site.close(), closeServer(server)]);
  };
  let actualPort: number;
  try {
    await site.ready();
    actualPort = await listen(server, { host, port });
  } catch (error) {
    await close();
    throw error;
  }
  const forget = shutDownWithProcess(
    {
      port: actualPort,
      async shutDown() {
        await site.drain(options.drainMs ?? defaultDrainMs);
        await close();
      },
    },
    log,
  );
  const url = `http://${reachableName(host)}:${actualPort}`;
  if (!options.quiet) announce(url, { host, hasMcp: options.mcp ?? false });
  return {
    url,
    port: actualPort,
    site,
    async close() {
      forget();
      await close();
    },
  };
}

function createServer(site: Site): Server {
  const server = createAdaptorServer({
    fetch: (request, env) => site.fetch(request, env as object),
  }) as Server;
  server.on("upgrade", site.upgrade);
  // Uploads may take as long as they need while they move.
  server.requestTimeout = 0;
  server.setTimeout(idleSocketMs);
  return server;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Answers that are being sent get a moment.
  const force = setTimeout(() => server.closeAllConnections(), 1000);
  await closed;
  clearTimeout(force);
}

function portFromEnvironment(): number | undefined {
  const text = process.env["VITRINE_PORT"];
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new VitrineError("OPTION_INVALID", {
    message: `VITRINE_PORT expected a number from 0 to 65535, got "${text}".`,
    hint: "Correct the environment variable.",
  });
}

/** The name under which this machine reaches the address a server listens on. */
function reachableName(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function announce(url: string, { host, hasMcp }: { readonly host: string; readonly hasMcp: boolean }): void {
  process.stdout.write(`Running on ${url}\n`);
  if (hasMcp) process.stdout.write(`MCP clients connect to ${url}/mcp\n`);
  if (host === "127.0.0.1" || host === "localhost" || host === "::1") return;
  process.stdout.write(
    `Anyone who can reach ${host === "0.0.0.0" || host === "::" ? "this machine" : host} can use the app: it asks for no login.\n`,
  );
}
