import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import type { FileStore } from "@vitrine/core";
import { Hono } from "hono";
import { createFileStore } from "../files/disk-file-store.ts";
import type { AppEnv } from "./env.ts";
import { createErrorHandler } from "./errors.ts";
import { fileRoutes } from "./files.ts";
import { uploadRoutes, type UploadRoutesOptions } from "./upload.ts";

/** The upload and file routes on a port of their own, for tests of them. */
export interface ServedFiles extends AsyncDisposable {
  readonly store: FileStore;
  readonly origin: string;
  /** Sends bytes on a socket of its own and gives everything that comes back until the server closes it. */
  exchange(request: string | Uint8Array): Promise<string>;
  /** Sends bytes and then cuts the connection. */
  cutAfter(request: string): Promise<void>;
  filesOnDisk(): Promise<readonly string[]>;
}

export const testCredentials = { "x-vitrine-session": "s1.secret" };

export async function serveFiles(options: Partial<UploadRoutesOptions> = {}): Promise<ServedFiles> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-test-"));
  const store = createFileStore({ folder });
  const app = new Hono<AppEnv>();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  app.onError(createErrorHandler({ log, isDevelopment: false }));
  app.route(
    "/",
    uploadRoutes({
      openFiles: async ({ sessionId, secret }) => (secret === "secret" ? store.of(sessionId) : undefined),
      maxUploadBytes: () => 1_000_000,
      ...options,
    }),
  );
  app.route("/", fileRoutes(store));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    store,
    origin: `http://127.0.0.1:${port}`,
    async exchange(request) {
      const socket = connect(port, "127.0.0.1");
      socket.write(request);
      let answer = "";
      socket.setEncoding("latin1").on("data", (text: string) => (answer += text));
      // The server may end an upload it refuses before all of it was sent.
      await new Promise<void>(
        (resolve) => void socket.on("close", () => resolve()).on("error", () => undefined),
      );
      return answer;
    },
    async cutAfter(request) {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      await new Promise<void>((resolve) => void socket.write(request, () => resolve()));
      await untilSome(() => filesBelow(folder));
      socket.destroy();
    },
    filesOnDisk: () => filesBelow(folder),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits until a list is empty. */
export async function untilNone(list: () => Promise<readonly string[]>): Promise<void> {
  while ((await list()).length > 0) await pause();
}

async function untilSome(list: () => Promise<readonly string[]>): Promise<void> {
  while ((await list()).length === 0) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
