import type { Json } from "../json.ts";
import type { EndpointDescription } from "../protocol/api-description.ts";

/** What a snippet is written in. */
export type SnippetLanguage = "typescript" | "gradio" | "python" | "curl" | "mcp";

/** A call to write down: an endpoint and what it is given. */
export interface SnippetCall {
  readonly endpoint: EndpointDescription;
  /** By the parameters' names; those left out have their default. */
  readonly parameters: Readonly<Record<string, Json>>;
}

/** The app that snippets call. */
export interface SnippetTarget {
  /** Address of the app, with a slash at the end. */
  readonly url: string;
  readonly title: string;
}

/** The call a snippet of an endpoint shows: defaults where there are some, examples for the rest. */
export function exampleCall(endpoint: EndpointDescription): SnippetCall {
  const parameters = endpoint.parameters.map(
    ({ name, example, ...parameter }) => [name, parameter.default ?? example] as const,
  );
  return { endpoint, parameters: Object.fromEntries(parameters) };
}

/** `result` for one call, `result1`, `result2`, … for several. */
export function resultName(index: number, calls: readonly SnippetCall[]): string {
  return calls.length === 1 ? "result" : `result${index + 1}`;
}
