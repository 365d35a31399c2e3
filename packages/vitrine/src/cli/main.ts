import { readFileSync } from "node:fs";
import { parseCommandLine, usage } from "./command-line.ts";
import { devCommand } from "./dev-command.ts";
import { endWithFailure } from "./end-with-failure.ts";
import { runCommand } from "./run-command.ts";

/** The `vitrine` command. */
export async function main(args: readonly string[]): Promise<void> {
  // Stacks name the lines of the user's files, not of the bundle.
  process.setSourceMapsEnabled(true);
  try {
    const commandLine = parseCommandLine(args);
    switch (commandLine.command) {
      case "help":
        return console.log(usage);
      case "version":
        return console.log(readVersion());
      case "run":
        return await runCommand(commandLine);
      case "dev":
        return await devCommand(commandLine);
    }
  } catch (error) {
    endWithFailure(error);
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
