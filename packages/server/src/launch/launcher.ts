import type { App } from "@vitrine/core";
import type { Launched, LaunchOptions } from "./launch.ts";

/** Takes over what `launch()` does. */
export type Launcher = (app: App, options: LaunchOptions) => Promise<Launched>;

/** Registered, so that every copy of this module in the process finds the same place. */
const key = Symbol.for("vitrine.launcher");

/** Where the command line and a script it runs meet. */
interface Registry {
  [key]?: Launcher | undefined;
}

/** Who serves instead, when a script runs under `vitrine`: the command line decides about port and reloading. */
export function registeredLauncher(): Launcher | undefined {
  return (globalThis as Registry)[key];
}

/** Makes `launch()` hand its app to `launcher` until the returned function is called. */
export function registerLauncher(launcher: Launcher): () => void {
  const registry = globalThis as Registry;
  const previous = registry[key];
  registry[key] = launcher;
  return () => {
    registry[key] = previous;
  };
}
