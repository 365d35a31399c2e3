import { parseArgs } from "node:util";
import { StudioError } from "./studio-error.ts";
import type { StudioOptions } from "./studio.ts";

const options = {
  model: { type: "string" },
  models: { type: "string" },
  upscalers: { type: "string" },
  scripts: { type: "string" },
  folder: { type: "string", multiple: true },
  settings: { type: "string" },
  styles: { type: "string" },
  "admin-token": { type: "string" },
} as const;

/**
 * Reads `--model`, `--models`, `--upscalers`, `--scripts` and, as often as there are any, `--folder`, each with a folder;
 * `--settings` and `--styles` with a file; and `--admin-token`.
 *
 * @throws {StudioError} `ARGUMENT_UNKNOWN` for anything else.
 */
export function parseStudioArgs(args: readonly string[]): StudioOptions {
  try {
    const { folder, "admin-token": adminToken, ...values } = parseArgs({ args: [...args], options }).values;
    return {
      ...values,
      ...(folder === undefined ? {} : { folders: folder }),
      ...(adminToken === undefined ? {} : { adminToken }),
    };
  } catch (cause) {
    throw new StudioError("ARGUMENT_UNKNOWN", {
      message: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
