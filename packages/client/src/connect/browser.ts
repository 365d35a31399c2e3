import { VitrineError } from "@vitrine/core";
import type { AppClient, ClientOptions, Platform } from "./app-client.ts";
import type { EndpointsOf } from "./client-types.ts";
import { connectWith } from "./connect.ts";

export { ClientJob } from "./client-job.ts";
export { localFile } from "./connect.ts";
export { UserError, VitrineError } from "@vitrine/core";

/** As in Node; an address may be relative to the page, and files are `File`s and `Blob`s. */
export function connect<TApp = unknown>(
  url: string | URL,
  options: ClientOptions = {},
): Promise<AppClient<EndpointsOf<TApp>>> {
  return connectWith<TApp>(url, { ...options, platform: browser, relativeTo: globalThis.location?.href });
}

const browser: Platform = {
  openSocket: (url) => new WebSocket(url),
  async openFile(path) {
    throw new VitrineError("OPTION_INVALID", {
      message: `A browser cannot read "${path}".`,
      hint: "Give the File of an input element, or a Blob.",
    });
  },
};
