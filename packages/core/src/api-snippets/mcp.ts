import { filesIn, scriptKey, toLiteral, type LiteralStyle } from "./literal.ts";
import { resultName, type SnippetCall, type SnippetTarget } from "./snippet.ts";

const style: LiteralStyle = {
  null: "null",
  true: "true",
  false: "false",
  key: scriptKey,
  file: (name) => `await readAsUrl(${JSON.stringify(name)})`,
};

const readAsUrl = [
  "async function readAsUrl(path) {",
  '  return `data:application/octet-stream;base64,${await readFile(path, "base64")}`;',
  "}",
];

/** A script for the official SDK of the Model Context Protocol. */
export function mcpSnippet(calls: readonly SnippetCall[], { url }: SnippetTarget): string {
  const hasFiles = calls.some(({ parameters }) => filesIn(parameters).length > 0);
  return [
    ...(hasFiles ? ['import { readFile } from "node:fs/promises";'] : []),
    'import { Client } from "@modelcontextprotocol/sdk/client/index.js";',
    'import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";',
    "",
    'const client = new Client({ name: "example", version: "1.0.0" });',
    `await client.connect(new StreamableHTTPClientTransport(new URL(${JSON.stringify(`${url}mcp`)})));`,
    ...calls.flatMap(({ endpoint, parameters }, index) => {
      const result = resultName(index, calls);
      const call = `{ name: ${JSON.stringify(endpoint.name)}, arguments: ${toLiteral(parameters, style)} }`;
      return [`const ${result} = await client.callTool(${call});`, `console.log(${result}.content);`];
    }),
    "await client.close();",
    ...(hasFiles ? ["", ...readAsUrl] : []),
    "",
  ].join("\n");
}

/** What a host of the Model Context Protocol has in its settings for the app. */
export function mcpHostSettings({ url, title }: SnippetTarget): string {
  const name =
    title
      .toLowerCase()
      .replace(/[^a-z\d]+/g, "-")
      .replace(/^-+|-+$/g, "") || "vitrine";
  return `${JSON.stringify({ mcpServers: { [name]: { type: "http", url: `${url}mcp` } } }, undefined, 2)}\n`;
}
