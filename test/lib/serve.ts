import { launch, type Blocks, type LaunchOptions } from "vitrine";
import { endVisits } from "./browser.ts";

/** An app on a free port of this machine. */
export interface ServedApp {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function serve(app: Blocks, options: LaunchOptions = {}): Promise<ServedApp> {
  const launched = await launch(app, { port: 0, quiet: true, ...options });
  return {
    url: `${launched.url}/`,
    async [Symbol.asyncDispose]() {
      await endVisits();
      await launched.close();
    },
  };
}
