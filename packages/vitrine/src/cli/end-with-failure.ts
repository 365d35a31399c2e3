import { explainFailure } from "./script-failure.ts";

/** Says what went wrong and ends the process: what a script began must not keep a failed command alive. */
export function endWithFailure(error: unknown): never {
  console.error(explainFailure(error));
  process.exit(1);
}
