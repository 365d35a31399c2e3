import type {
  ApiDescription,
  EndpointDescription,
  ParameterDescription,
} from "../protocol/api-description.ts";
import { mcpHostSettings } from "./mcp.ts";
import { exampleCall, type SnippetTarget } from "./snippet.ts";
import { toType } from "./typescript.ts";
import { snippetLanguages, writeSnippet } from "./write-snippet.ts";

/** The whole of an app's API as Markdown: for people, and for models that are to write code against it. */
export function apiMarkdown(description: ApiDescription, target: SnippetTarget): string {
  const { title, endpoints, hasMcp } = description;
  const parts = [
    `# ${title}: API`,
    `Address: <${target.url}>. OpenAPI: <${target.url}openapi.json>.`,
    ...(endpoints.length === 0 ? ["This app has no public endpoints."] : []),
    ...endpoints.map((endpoint) => endpointMarkdown(endpoint, target, hasMcp)),
    ...(hasMcp ? [`## MCP host\n\n\`\`\`json\n${mcpHostSettings(target)}\`\`\``] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The languages in which an app can be called. */
export function languagesOf(hasMcp: boolean): typeof snippetLanguages {
  return snippetLanguages.filter(({ language }) => hasMcp || language !== "mcp");
}

function endpointMarkdown(endpoint: EndpointDescription, target: SnippetTarget, hasMcp: boolean): string {
  const { name, description, parameters, returns, isGenerator } = endpoint;
  const given = returns.map(({ label, schema }) => `- ${label}: \`${toType(schema)}\``);
  const snippets = languagesOf(hasMcp).map(({ language, name: title, fence }) => {
    const code = writeSnippet(language, [exampleCall(endpoint)], target);
    return `### ${title}\n\n\`\`\`${fence}\n${code}\`\`\``;
  });
  return [
    `## ${name}`,
    ...(description ? [description] : []),
    parameters.length === 0 ? "Takes no parameters." : parameterTable(parameters),
    given.length === 0 ? "Returns nothing." : `Returns${isGenerator ? ", as often as it likes" : ""}:`,
    ...(given.length === 0 ? [] : [given.join("\n")]),
    ...snippets,
  ].join("\n\n");
}

function parameterTable(parameters: readonly ParameterDescription[]): string {
  const rows = parameters.map((parameter) => {
    const value = "default" in parameter ? `\`${JSON.stringify(parameter.default)}\`` : "required";
    return [`\`${parameter.name}\``, `\`${toType(parameter.schema)}\``, value, parameter.label];
  });
  const table = [["Parameter", "Type", "Default", "Label"], ["---", "---", "---", "---"], ...rows];
  return table.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
}
