import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { compileApp, VitrineError, type App } from "@vitrine/core";
import { createApp, pathOf, type CreateAppOptions, type VitrineApp } from "../create-app.ts";
import type { RequestBindings } from "../http/env.ts";
import { refuseUnknownUpgrade } from "../socket/refuse-upgrade.ts";

/** Apps by the path they are served at: `""` for the first, `"/name"` for those beside it. */
type AppsByPath = ReadonlyMap<string, App>;

/** First parts of paths that every app answers itself. */
const reserved = new Set([
  "assets",
  "upload",
  "socket",
  "favicon.ico",
  "healthz",
  "readyz",
  "api",
  "api.json",
  "api.md",
  "openapi.json",
  "mcp",
  "config",
  "login",
  "call",
  "gradio_api",
]);

/** A file of the first app. An app may still be mounted at `/files`: it has no such paths of its own. */
const fileOfFirst = /^\/files\/[\w-]{32}\/[a-f\d]{64}\/[^/]+$/;

/** Several apps at one port, each with sessions and files of its own. */
export class Site {
  readonly #options: CreateAppOptions;
  readonly #apps = new Map<string, VitrineApp>();

  /** @throws OPTION_INVALID when a mount's name cannot be one; errors of the apps' declarations */
  constructor(apps: AppsByPath, options: CreateAppOptions) {
    this.#options = options;
    for (const [path, app] of apps) this.#apps.set(path, createApp(app, options));
  }

  /** Resolves when every app runs. */
  async ready(): Promise<void> {
    for (const app of this.#apps.values()) await app.host;
  }

  /** Answers a request with the app whose path it begins with. */
  readonly fetch = (request: Request, env: RequestBindings): Response | Promise<Response> => {
    const { pathname } = new URL(request.url);
    const mount = this.#mountOf(pathname);
    const app = this.#apps.get(mount) ?? this.#apps.get("");
    if (!app) return new Response(null, { status: 404 });
    if (mount === "") return app.fetch(request, env);
    // The page's addresses count from its folder, so it needs the slash; relative, as a proxy may hide a prefix.
    if (pathname === mount)
      return new Response(null, { status: 308, headers: { Location: `${mount.split("/").at(-1)}/` } });
    return app.fetch(request, { ...env, basePath: mount });
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = pathOf(request);
    const mount = this.#mountOf(path);
    const app = this.#apps.get(mount);
    if (app && path === `${mount}/socket`) app.upgrade(request, socket, head);
    else refuseUnknownUpgrade(socket);
  };

  /** Puts reloaded apps in place of those at the same paths; their sessions go on. */
  async replace(apps: AppsByPath): Promise<void> {
    // Everything is compiled before anything is replaced: a mistake in one leaves all as they were.
    const compiled = [...apps].map(([path, app]) => [path, app, compileApp(app)] as const);
    for (const [path, app, ready] of compiled) {
      const known = this.#apps.get(path);
      if (known) await (await known.host).replaceApp(ready);
      else this.#apps.set(path, createApp(app, this.#options));
    }
    for (const [path, app] of this.#apps) {
      if (apps.has(path)) continue;
      this.#apps.delete(path);
      await app.close();
    }
  }

  /** Shows in every open page why the script could not be reloaded; `null` takes it away. */
  async reportBuildFailure(text: string | null): Promise<void> {
    for (const app of this.#apps.values()) (await app.host).reportBuildFailure(text);
  }

  async drain(maxMs: number): Promise<void> {
    await Promise.all([...this.#apps.values()].map((app) => app.drain(maxMs)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#apps.values()].map((app) => app.close()));
  }

  /** The longest path of an app that a request's path lies in. */
  #mountOf(pathname: string): string {
    let found = "";
    if (fileOfFirst.test(pathname)) return found;
    for (const mount of this.#apps.keys()) {
      const isInside = pathname === mount || pathname.startsWith(`${mount}/`);
      if (isInside && mount.length > found.length) found = mount;
    }
    return found;
  }
}

/** @throws OPTION_INVALID when a name of `mount` is not a path, or one that every app uses itself */
export function appsByPath(first: App, mount: Readonly<Record<string, App>> = {}): AppsByPath {
  const apps = new Map<string, App>([["", first]]);
  for (const [name, app] of Object.entries(mount)) {
    const path = `/${name.replace(/^\/+|\/+$/g, "")}`;
    if (!/^(\/[\w.~-]+)+$/.test(path) || path.includes("/.") || reserved.has(path.split("/")[1] ?? "")) {
      const message = `mount expected names such as "/hello", got "${name}".`;
      throw new VitrineError("OPTION_INVALID", {
        message,
        hint: `Choose another name; ${[...reserved].join(", ")} are taken.`,
      });
    }
    apps.set(path, app);
  }
  return apps;
}
