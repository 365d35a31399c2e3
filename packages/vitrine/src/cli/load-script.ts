import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { App, VitrineError } from "@vitrine/core";
import type { Bundle } from "./bundle-script.ts";
import { describeThrown } from "./script-failure.ts";

let imports = 0;

/**
 * Runs a bundled script afresh and returns the app it exports as default, if it does.
 *
 * @throws ScriptFailure when the script throws; OPTION_INVALID and the like when its app is declared wrongly
 */
export async function loadScript({ url, inputs }: Bundle): Promise<App | undefined> {
  try {
    // Another query is another module to Node.
    const module: unknown = await import(`${url}?v=${++imports}`);
    const exported: unknown =
      typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
    return exported instanceof App ? exported : undefined;
  } catch (error) {
    throw describeThrown(error, inputs);
  }
}

/** @throws SCRIPT_FAILED when there is no such file */
export function findScript(script: string): string {
  const path = resolve(script);
  if (existsSync(path)) return path;
  throw new VitrineError("SCRIPT_FAILED", {
    message: `There is no file ${script}.`,
    hint: "Check the path of the script.",
  });
}

export function noAppIn(script: string): VitrineError {
  return new VitrineError("NO_APP_IN_SCRIPT", {
    message: `${script} neither exports an app as default nor launches one.`,
  });
}
