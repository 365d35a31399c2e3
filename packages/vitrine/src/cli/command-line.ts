import { VitrineError } from "@vitrine/core";

export type CommandLine = { readonly command: "help" | "version" } | RunCommandLine;

export interface RunCommandLine {
  readonly command: "run" | "dev";
  readonly script: string;
  readonly port: number | undefined;
  readonly host: string | undefined;
  /** Whether MCP clients are answered, whatever the script says. */
  readonly mcp: boolean;
  /** What is not for Vitrine; the script finds it in `process.argv`. */
  readonly scriptArgs: readonly string[];
}

export const usage = `Usage:
  vitrine <file> [options]      serves the app a script exports as default or launches
  vitrine dev <file> [options]  serves it, and reloads it when it is saved; sessions go on

Options:
  --port <number>   this port and no other (default: the first free one from 7860)
  --host <address>  address to listen on (default: 127.0.0.1; 0.0.0.0 lets other machines in)
  --mcp             answers MCP clients at /mcp: endpoints are tools
  --help            this text
  --version         Vitrine's version

Other arguments are the script's.`;

/** @throws OPTION_INVALID */
export function parseCommandLine(args: readonly string[]): CommandLine {
  if (args.length === 0 || args[0] === "--help" || args[0] === "-h") return { command: "help" };
  if (args[0] === "--version" || args[0] === "-v") return { command: "version" };
  const command = args[0] === "dev" ? "dev" : "run";
  const rest = command === "dev" ? args.slice(1) : args;
  const options = new Map<string, string>();
  const others: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const [name, inline] = splitOption(rest[index] ?? "");
    if (rest[index] === "--mcp") options.set("--mcp", "");
    else if (name !== "--port" && name !== "--host") others.push(rest[index] ?? "");
    else options.set(name, inline ?? rest[++index] ?? "");
  }
  const [script, ...scriptArgs] = others;
  if (script === undefined || script.startsWith("-")) {
    throw invalid(`vitrine expected the path of a script, got ${script ?? "none"}.`);
  }
  return {
    command,
    script,
    port: parsePort(options.get("--port")),
    host: parseHost(options.get("--host")),
    mcp: options.has("--mcp"),
    scriptArgs,
  };
}

function splitOption(text: string): readonly [string, string | undefined] {
  const at = text.indexOf("=");
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw invalid(`--port expected a number from 0 to 65535, got "${text}".`);
}

function parseHost(text: string | undefined): string | undefined {
  if (text === undefined || /^[\w.:-]+$/.test(text)) return text;
  throw invalid(`--host expected an address such as 127.0.0.1, got "${text}".`);
}

function invalid(message: string): VitrineError {
  return new VitrineError("OPTION_INVALID", { message, hint: "Run `vitrine --help` for what it takes." });
}
