import { launchSite, registerLauncher, rememberStartCommand, type LaunchOptions } from "@vitrine/server";
import type { App } from "@vitrine/core";
import { ScriptBundler, type Bundle } from "./bundle-script.ts";
import type { RunCommandLine } from "./command-line.ts";
import { endWithFailure } from "./end-with-failure.ts";
import { findScript, loadScript, noAppIn } from "./load-script.ts";

/**
 * Runs a script and serves its app until the process is told to end.
 *
 * @throws SCRIPT_FAILED, NO_APP_IN_SCRIPT, PORT_IN_USE
 */
export async function runCommand({ script, port, host, mcp, scriptArgs }: RunCommandLine): Promise<void> {
  const path = findScript(script);
  rememberStartCommand();
  process.argv = [process.argv[0] ?? "node", path, ...scriptArgs];
  const asked = {
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(mcp ? { mcp } : {}),
  };
  let launches = 0;
  const launch = (app: App, options: LaunchOptions) => {
    launches += 1;
    // The command line decides about the first; a second app needs a port of its own anyway.
    // A script need not await its launch, so what fails here has no other way to be said well.
    return launchSite(app, launches === 1 ? { ...options, ...asked } : options).catch(endWithFailure);
  };
  registerLauncher(launch);
  const exported = await bundleAndLoad(path);
  if (launches === 0 && exported) await launch(exported, {});
  if (launches > 0) return;
  // A script may launch later; one with nothing left to do will not.
  await new Promise((resolve) => process.once("beforeExit", resolve));
  if (launches === 0) throw noAppIn(script);
}

async function bundleAndLoad(path: string): Promise<App | undefined> {
  const bundler = new ScriptBundler(path);
  // A script may end the process, or watch over another and never get loaded.
  const deleteBundle = (): void => bundler.deleteBundle();
  process.once("exit", deleteBundle);
  try {
    return await loadScript(await bundleOnce(bundler));
  } finally {
    process.off("exit", deleteBundle);
    deleteBundle();
  }
}

async function bundleOnce(bundler: ScriptBundler): Promise<Bundle> {
  try {
    return await bundler.build();
  } finally {
    await bundler.endCompiler();
  }
}
