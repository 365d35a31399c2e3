import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import {
  type AppClient,
  type ClientOptions,
  connectWith,
  type EndpointsOf,
  type Platform,
} from "@vitrine/client/connect";
import { VitrineError } from "@vitrine/core";
import { WebSocket } from "ws";

export {
  type AppClient,
  type CallOptions,
  ClientJob,
  type ClientOptions,
  type LocalFile,
  localFile,
  type SentFile,
} from "@vitrine/client/connect";
export { UserError, VitrineError, type FileRef, type JobStatus } from "@vitrine/core";

/**
 * Connects a program to an app, over the socket its page uses: one connection, a session with State and files of its
 * own, taken up again after a drop. Calls are checked against the type of the app where its endpoints are named.
 *
 * @throws OPTION_INVALID, APP_UNREACHABLE, ORIGIN_REFUSED, PROTOCOL_VERSION
 * @example
 * import type demo from "./app.ts";
 * const app = await connect<typeof demo>("http://localhost:7860");
 * console.log(await app.predict("greet", "Ann", 3));
 * app.close();
 */
export function connect<TApp = unknown>(
  url: string | URL,
  options: ClientOptions = {},
): Promise<AppClient<EndpointsOf<TApp>>> {
  return connectWith<TApp>(url, { ...options, platform: node });
}

const node: Platform = {
  openSocket: (url, headers) => new WebSocket(url, { headers: { ...headers } }),
  async openFile(path) {
    try {
      return new File([await openAsBlob(path)], basename(path));
    } catch (cause) {
      const message = `There is no file to read at ${path}.`;
      throw new VitrineError("FILE_UNKNOWN", { message, hint: "Check the path.", cause });
    }
  },
};
