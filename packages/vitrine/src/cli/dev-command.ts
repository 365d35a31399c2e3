import { VitrineError, type App } from "@vitrine/core";
import {
  appsByPath,
  launchSite,
  registerLauncher,
  rememberStartCommand,
  type Launched,
  type LaunchedSite,
  type LaunchOptions,
} from "@vitrine/server";
import { ScriptBundler, type Bundle } from "./bundle-script.ts";
import type { RunCommandLine } from "./command-line.ts";
import { endWithFailure } from "./end-with-failure.ts";
import { findScript, loadScript, noAppIn } from "./load-script.ts";
import { explainFailure, ScriptFailure } from "./script-failure.ts";
import { FileWatcher } from "./watch-files.ts";

/** How long a script that exports no app may take to launch one after it was loaded. */
const lateLaunchMs = 2000;

/** Serves a script's app and reloads it whenever one of its files is saved. @throws SCRIPT_FAILED when there is none */
export async function devCommand(commandLine: RunCommandLine): Promise<void> {
  const path = findScript(commandLine.script);
  rememberStartCommand();
  process.argv = [process.argv[0] ?? "node", path, ...commandLine.scriptArgs];
  const server = new DevelopmentServer(path, commandLine);
  await server.reload();
}

/** An app that a script exported or launched. */
interface Declared {
  readonly app: App;
  readonly options: LaunchOptions;
  /** Lets a script that awaits its launch go on. */
  readonly onServed: (launched: Launched) => void;
}

class DevelopmentServer {
  readonly #commandLine: RunCommandLine;
  readonly #bundler: ScriptBundler;
  readonly #watcher: FileWatcher;
  #launched: LaunchedSite | undefined;
  /** Reloads one after another; a file may be saved while the last one still loads. */
  #tail: Promise<void> = Promise.resolve();
  /** Takes the app the script being loaded launches. */
  #onLaunch: ((declared: Declared) => void) | undefined;

  constructor(script: string, commandLine: RunCommandLine) {
    this.#commandLine = commandLine;
    this.#bundler = new ScriptBundler(script);
    this.#watcher = new FileWatcher(script, () => void this.reload());
    registerLauncher((app, options) => this.#takeLaunch(app, options));
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
      await this.#report(failure);
    }
  }

  async #report(failure: unknown): Promise<void> {
    // No correction of the script gives it a port that the command line asks for and another program has.
    if (failure instanceof VitrineError && failure.code === "PORT_IN_USE") endWithFailure(failure);
    this.#watcher.expectRepair(failure instanceof ScriptFailure ? failure.files : []);
    const text = explainFailure(failure);
    console.error(text);
    if (!this.#launched) console.error("Waiting for the script to be corrected …");
    await this.#launched?.site.reportBuildFailure(text);
  }

  async #load(bundle: Bundle): Promise<void> {
    const launched = new Promise<Declared>((resolve) => (this.#onLaunch = resolve));
    const loading = loadScript(bundle);
    const declared = await Promise.race([launched, loading.then((app) => this.#declaredBy(app, launched))]);
    this.#onLaunch = undefined;
    // A script that launches may fail afterwards.
    loading.catch((failure: unknown) => this.#report(failure));
    declared.onServed(await this.#serve(declared));
  }

  async #declaredBy(exported: App | undefined, launched: Promise<Declared>): Promise<Declared> {
    if (exported) return { app: exported, options: {}, onServed: () => undefined };
    const declared = await Promise.race([launched, wait(lateLaunchMs)]);
    if (declared) return declared;
    throw noAppIn(this.#commandLine.script);
  }

  /** The script called `launch()`, which goes on when the app is served, and not at all when it cannot be. */
  #takeLaunch(app: App, options: LaunchOptions): Promise<Launched> {
    return new Promise((onServed) => {
      const declared = { app, options, onServed };
      if (this.#onLaunch) return this.#onLaunch(declared);
      // Long after it was loaded, or a second time.
      if (this.#launched)
        return console.warn("vitrine dev serves the first app a script launches; use `mount` for more.");
      this.#tail = this.#tail
        .then(async () => onServed(await this.#serve(declared)))
        .catch((failure: unknown) => this.#report(failure));
    });
  }

  async #serve({ app, options }: Declared): Promise<Launched> {
    if (this.#launched) {
      await this.#launched.site.replace(appsByPath(app, options.mount));
      return this.#launched;
    }
    const { port, host, mcp } = this.#commandLine;
    const asked = {
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      ...(mcp ? { mcp } : {}),
    };
    this.#launched = await launchSite(app, { ...options, ...asked, isDevelopment: true });
    return this.#launched;
  }
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
