import {
  App,
  promptArguments,
  UserError,
  VitrineError,
  walkBlocks,
  type AppHost,
  type DeclaredContext,
  type Prompt,
  type Resource,
} from "@vitrine/core";
import {
  ErrorCode,
  McpError,
  type GetPromptResult,
  type Prompt as McpPrompt,
  type ReadResourceResult,
} from "@modelcontextprotocol/sdk/types.js";

/** MCP's code for an address nobody knows. */
const resourceNotFound = -32_002;

/** What the authors of an app and of the apps in it declared. */
export interface Declared {
  readonly resources: readonly Resource[];
  readonly prompts: readonly Prompt[];
}

export function declaredIn(host: AppHost): Declared {
  const apps = [...walkBlocks(host.app.root)].filter((block) => block instanceof App);
  return {
    resources: apps.flatMap(({ resources }) => resources),
    prompts: apps.flatMap(({ prompts }) => prompts),
  };
}

export function listResources({ resources }: Declared) {
  const fixed = resources.filter(({ template }) => template.variables.length === 0);
  return fixed.map((resource) => ({ uri: resource.template.text, ...describe(resource) }));
}

export function listTemplates({ resources }: Declared) {
  const open = resources.filter(({ template }) => template.variables.length > 0);
  return open.map((resource) => ({ uriTemplate: resource.template.text, ...describe(resource) }));
}

/** @throws McpError for an address nobody knows, and for what the author refuses */
export async function readResource(
  { resources }: Declared,
  uri: string,
  context: DeclaredContext,
): Promise<ReadResourceResult> {
  for (const resource of resources) {
    const variables = resource.template.match(uri);
    if (!variables) continue;
    const content = await authored(() => resource.read(variables, context));
    const { mimeType } = resource.options;
    if (typeof content === "string") {
      return { contents: [{ uri, mimeType: mimeType ?? "text/plain", text: content }] };
    }
    const blob = Buffer.from(content).toString("base64");
    return { contents: [{ uri, mimeType: mimeType ?? "application/octet-stream", blob }] };
  }
  throw new McpError(resourceNotFound, `There is no resource "${uri.slice(0, 200)}".`);
}

export function listPrompts({ prompts }: Declared): McpPrompt[] {
  return prompts.map(({ name, options }) => ({
    name,
    ...(options.description === undefined ? {} : { description: options.description }),
    arguments: promptArguments(options).map(({ description, ...argument }) => ({
      ...argument,
      ...(description === undefined ? {} : { description }),
    })),
  }));
}

/** @throws McpError for a prompt nobody knows, arguments it does not take, and what the author refuses */
export async function fillPrompt(
  { prompts }: Declared,
  asked: { readonly name: string; readonly values: Readonly<Record<string, string>> },
  context: DeclaredContext,
): Promise<GetPromptResult> {
  const prompt = prompts.find(({ name }) => name === asked.name);
  if (!prompt)
    throw new McpError(ErrorCode.InvalidParams, `There is no prompt "${asked.name.slice(0, 80)}".`);
  const filled = await authored(() => prompt.fill(asked.values, context));
  const messages = typeof filled === "string" ? [{ role: "user" as const, content: filled }] : filled;
  const { description } = prompt.options;
  return {
    ...(description === undefined ? {} : { description }),
    messages: messages.map(({ role, content }) => ({ role, content: { type: "text", text: content } })),
  };
}

function describe({ name, options }: Resource) {
  const { mimeType, description } = options;
  return {
    name,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Tells what the author, or Vitrine, says of an error; anything else stays here. */
async function authored<TResult>(work: () => TResult | Promise<TResult>): Promise<TResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
    const code = error instanceof UserError ? ErrorCode.InternalError : ErrorCode.InvalidParams;
    throw new McpError(code, error.message);
  }
}
