import type { Blocks } from "vitrine";
import { launch, type LaunchOptions } from "vitrine";

/** An app on a free port of this machine. */
export interface ServedApp {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function serve(app: Blocks, options: LaunchOptions = {}): Promise<ServedApp> {
  const launched = await launch(app, { port: 0, quiet: true, ...options });
  return {
    url: `${launched.url}/`,
    [Symbol.asyncDispose]: () => launched.close(),
  };
}
