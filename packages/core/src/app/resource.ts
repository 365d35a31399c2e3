import type { RequestInfo } from "./job-context.ts";
import { UriTemplate, type VariableNames } from "./uri-template.ts";

/** What a resource consists of: text, or bytes. */
export type ResourceContent = string | Uint8Array;

/** What functions of resources and prompts are told besides what was asked for. */
export interface DeclaredContext {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly request: RequestInfo;
}

/** The variables of an address, by the names in its braces. They come from outside: none of them is a safe path. */
export type ResourceVariables<TUri extends string> = { readonly [TName in VariableNames<TUri>]: string };

export type ResourceFn<TUri extends string> = (
  variables: ResourceVariables<TUri>,
  context: DeclaredContext,
) => ResourceContent | Promise<ResourceContent>;

export interface ResourceOptions {
  /** What people call it. @default the address */
  readonly name?: string;
  /** @default "text/plain" for text, "application/octet-stream" for bytes */
  readonly mimeType?: string;
  /** What it holds, for people and models that choose among resources. @default none */
  readonly description?: string;
}

/** Something MCP clients can read by its address. */
export interface Resource {
  readonly template: UriTemplate;
  readonly name: string;
  readonly options: ResourceOptions;
  read(
    variables: Readonly<Record<string, string>>,
    context: DeclaredContext,
  ): ResourceContent | Promise<ResourceContent>;
}

export function createResource<const TUri extends string>(
  uri: TUri,
  fn: ResourceFn<TUri>,
  options: ResourceOptions,
): Resource {
  return {
    template: new UriTemplate(uri),
    name: options.name ?? uri,
    options,
    // The template has found exactly the variables that its text names.
    read: (variables, context) => fn(variables as ResourceVariables<TUri>, context),
  };
}
