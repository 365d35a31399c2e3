import type { IncomingMessage } from "node:http";

/** What accompanies a request through the routes. */
export interface RequestBindings {
  /** Node's own request; absent when the app is called with a Request made by hand. */
  readonly incoming?: IncomingMessage;
  /** Where the app is mounted: `""` or `"/a/b"`. */
  readonly basePath?: string;
}

export interface AppEnv {
  Bindings: RequestBindings;
}
