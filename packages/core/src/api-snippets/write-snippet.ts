import { curlSnippet } from "./curl.ts";
import { gradioSnippet, pythonSnippet } from "./gradio.ts";
import { mcpSnippet } from "./mcp.ts";
import type { SnippetCall, SnippetLanguage, SnippetTarget } from "./snippet.ts";
import { typescriptSnippet } from "./typescript.ts";

/** What people call each language, and how its code blocks are marked in Markdown. */
export const snippetLanguages: readonly {
  readonly language: SnippetLanguage;
  readonly name: string;
  readonly fence: string;
  /** What has to be installed first. */
  readonly install?: string;
}[] = [
  { language: "typescript", name: "TypeScript", fence: "ts", install: "npm install vitrine" },
  { language: "gradio", name: "@gradio/client", fence: "js", install: "npm install @gradio/client" },
  { language: "python", name: "Python", fence: "python", install: "pip install gradio_client" },
  { language: "curl", name: "curl", fence: "sh" },
  { language: "mcp", name: "MCP", fence: "js", install: "npm install @modelcontextprotocol/sdk" },
];

const writers = {
  typescript: typescriptSnippet,
  gradio: gradioSnippet,
  python: pythonSnippet,
  curl: curlSnippet,
  mcp: mcpSnippet,
} satisfies Record<SnippetLanguage, (calls: readonly SnippetCall[], target: SnippetTarget) => string>;

/** A script that makes these calls, one after another, and prints what they give. */
export function writeSnippet(
  language: SnippetLanguage,
  calls: readonly SnippetCall[],
  target: SnippetTarget,
): string {
  return writers[language](calls, target);
}
