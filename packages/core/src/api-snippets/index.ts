// An entry of its own: pages fetch what stands here only with the view of the app's API.
export { apiDescriptionSchema } from "../protocol/api-description.ts";
export { apiMarkdown, languagesOf } from "./markdown.ts";
export { mcpHostSettings } from "./mcp.ts";
export { exampleCall, type SnippetCall, type SnippetLanguage, type SnippetTarget } from "./snippet.ts";
export { toType } from "./typescript.ts";
export { writeSnippet } from "./write-snippet.ts";
