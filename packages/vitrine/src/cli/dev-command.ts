import type { App } from "@vitrine/core";
import {
  appsByPath,
  launchSite,
  registerLauncher,
  type Launched,
  type LaunchedSite,
  type LaunchOptions,
} from "@vitrine/server";
import { ScriptBundler } from "./bundle-script.ts";
import type { RunCommandLine } from "./command-line.ts";
import { findScript, loadScript, noAppIn } from "./load-script.ts";
import { explainFailure, ScriptFailure } from "./script-failure.ts";
import { FileWatcher } from "./watch-files.ts";

/** How long a script that exports no app may take to launch one after it was loaded. */
const lateLaunchMs = 2000;

/** Serves a script's app and reloads it whenever one of its files is saved. @throws SCRIPT_FAILED when there is none */
export async function devCommand(commandLine: RunCommandLine): Promise<void> {
  const path = findScript(commandLine.script);
  process.argv = [process.argv[0] ?? "node", path, ...commandLine.scriptArgs];
  const server = new DevelopmentServer(path, commandLine);
  await server.reload();
}

interface Declared {
  readonly app: App;
  readonly options: LaunchOptions;
}

class DevelopmentServer {
  readonly #commandLine: RunCommandLine;
  readonly #bundler: ScriptBundler;
  readonly #watcher: FileWatcher;
  #launched: LaunchedSite | undefined;
  /** Reloads one after another; a file may be saved while the last one still loads. */
  #tail: Promise<void> = Promise.resolve();
  #onLaunch: ((declared: Declared) => Promise<Launched>) | undefined;

  constructor(script: string, commandLine: RunCommandLine) {
    this.#commandLine = commandLine;
    this.#bundler = new ScriptBundler(script);
    this.#watcher = new FileWatcher(script, () => void this.reload());
    registerLauncher((app, options) => this.#takeLaunched({ app, options }));
    process.once("exit", () => this.#bundler.deleteBundle());
  }

  /** Loads the script anew. What is wrong with it is shown in the terminal and in the page; the old app stays up. */
  reload(): Promise<void> {
    this.#tail = this.#tail.then(() => this.#reload());
    return this.#tail;
  }

  async #reload(): Promise<void> {
    const startMs = performance.now();
    const isFirst = this.#launched === undefined;
    try {
      const bundle = await this.#bundler.build();
      this.#watcher.watch(bundle.inputs);
      await this.#load(bundle);
      if (!isFirst) console.log(`Reloaded in ${Math.round(performance.now() - startMs)} ms`);
    } catch (failure) {
      if (failure instanceof ScriptFailure) this.#watcher.expectRepair(failure.files);
      else this.#watcher.expectRepair([]);
      const text = explainFailure(failure);
      console.error(text);
      if (isFirst) console.error("Waiting for the script to be corrected …");
      await this.#launched?.site.reportBuildFailure(text);
    }
  }

  async #load(bundle: Awaited<ReturnType<ScriptBundler["build"]>>): Promise<void> {
    let taken: Promise<Launched> | undefined;
    const launched = new Promise<void>((resolve) => {
      this.#onLaunch = (declared) => {
        taken ??= this.#serve(declared).finally(resolve);
        return taken;
      };
    });
    const exported = await loadScript(bundle);
    if (!taken && exported) taken = this.#serve({ app: exported, options: {} });
    if (!taken) await Promise.race([launched, new Promise((resolve) => setTimeout(resolve, lateLaunchMs))]);
    if (!taken) throw noAppIn(this.#commandLine.script);
    await taken;
  }

  /** The script called `launch()`: perhaps long after it was loaded. */
  #takeLaunched(declared: Declared): Promise<Launched> {
    return this.#onLaunch?.(declared) ?? this.#serve(declared);
  }

  async #serve({ app, options }: Declared): Promise<Launched> {
    if (this.#launched) {
      await this.#launched.site.replace(appsByPath(app, options.mount));
      return this.#launched;
    }
    const { port, host } = this.#commandLine;
    const address = { ...(port === undefined ? {} : { port }), ...(host === undefined ? {} : { host }) };
    this.#launched = await launchSite(app, { ...options, ...address, isDevelopment: true });
    return this.#launched;
  }
}
