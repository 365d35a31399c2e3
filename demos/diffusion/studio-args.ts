import { parseArgs } from "node:util";
import { StudioError } from "./studio-error.ts";
import type { StudioOptions } from "./studio.ts";

const options = {
  model: { type: "string" },
  models: { type: "string" },
  upscalers: { type: "string" },
  scripts: { type: "string" },
} as const;

/**
 * Reads `--model`, `--models`, `--upscalers` and `--scripts`, each with a folder.
 *
 * @throws {StudioError} `ARGUMENT_UNKNOWN` for anything else.
 */
export function parseStudioArgs(args: readonly string[]): StudioOptions {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new StudioError("ARGUMENT_UNKNOWN", {
      message: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
