import { filesIn, toLiteral, type LiteralStyle } from "./literal.ts";
import type { SnippetCall, SnippetTarget } from "./snippet.ts";

/** Commands of a shell: each file is uploaded first, and what the upload answers stands for it in the call. */
export function curlSnippet(calls: readonly SnippetCall[], { url }: SnippetTarget): string {
  const names = [...new Set(calls.flatMap(({ parameters }) => filesIn(parameters)))];
  const variables = new Map(names.map((name, index) => [name, index === 0 ? "file" : `file${index + 1}`]));
  const uploads = names.map((name) => {
    const address = quote(`${url}api/upload?name=${encodeURIComponent(name)}`);
    return [
      `${variables.get(name)}=$(curl -sS ${address} \\`,
      `  -H "content-type: application/octet-stream" --data-binary ${quote(`@${name}`)})`,
    ].join("\n");
  });
  const requests = calls.map(({ endpoint, parameters }) =>
    [
      `curl -sS${endpoint.isGenerator ? "N" : ""} ${quote(`${url}api/${endpoint.name}`)} \\`,
      ...(endpoint.isGenerator ? [`  -H "accept: text/event-stream" \\`] : []),
      `  -H "content-type: application/json" \\`,
      `  -d '${toLiteral(parameters, style(variables))}'`,
    ].join("\n"),
  );
  return `${[...uploads, ...requests].join("\n\n")}\n`;
}

function style(variables: ReadonlyMap<string, string>): LiteralStyle {
  return {
    null: "null",
    true: "true",
    false: "false",
    key: (name) => escapeQuotes(JSON.stringify(name)),
    text: (text) => escapeQuotes(JSON.stringify(text)),
    // The quoted text ends, the variable follows, the quoted text goes on.
    file: (name) => `'"$${variables.get(name) ?? ""}"'`,
  };
}

/** Text as it stands between the single quotes of a shell. */
function escapeQuotes(text: string): string {
  return text.replaceAll("'", String.raw`'\''`);
}

function quote(text: string): string {
  return `'${escapeQuotes(text)}'`;
}
