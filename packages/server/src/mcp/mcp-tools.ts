import type { AppHost, Endpoint, JsonObject } from "@vitrine/core";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { parametersSchema, returnsSchema } from "../api/plain-endpoint.ts";
import { inlineFiles, isObject } from "../api/plain-schema.ts";

/** What hosts take for a name at most. */
const maxNameLength = 64;

/** The tools of an app by name: its public endpoints. */
export function toolsOf(host: AppHost): ReadonlyMap<string, Endpoint> {
  const tools = new Map<string, Endpoint>();
  for (const endpoint of host.endpoints.values()) {
    if (endpoint.visibility !== "public") continue;
    const base = endpoint.name.slice(0, maxNameLength);
    let name = base;
    for (let n = 1; tools.has(name); n++) name = `${base.slice(0, maxNameLength - 4)}_${n}`;
    tools.set(name, endpoint);
  }
  return tools;
}

/** A tool as hosts and models are told of it. */
export function describeTool(name: string, endpoint: Endpoint, app: AppAddress): Tool {
  const outputSchema =
    endpoint.returns.length === 0 ? undefined : objectSchema(returnsSchema(endpoint, inlineFiles));
  return {
    name,
    description: describe(endpoint, app.title),
    inputSchema: objectSchema(parametersSchema(endpoint, inlineFiles, app.baseUrl)),
    ...(outputSchema ? { outputSchema } : {}),
  };
}

export interface AppAddress {
  readonly title: string;
  /** Address of the app as the client knows it, with a slash at the end. */
  readonly baseUrl: string;
}

function describe({ name, description, parameters, returns }: Endpoint, title: string): string {
  if (description !== "") return description;
  const takes = parameters.map(({ label }) => label).join(", ");
  const gives = returns.map(({ label }) => label).join(", ");
  return `"${name}" of ${title}.${takes === "" ? "" : ` Takes ${takes}.`}${gives === "" ? "" : ` Gives ${gives}.`}`;
}

/** As the SDK has the type: with its parts named. */
function objectSchema(schema: JsonObject): Tool["inputSchema"] {
  const { properties, required, ...rest } = schema;
  return {
    ...rest,
    type: "object",
    properties: Object.fromEntries(
      Object.entries(isObject(properties) ? properties : {}).map(([name, part]) => [
        name,
        isObject(part) ? part : {},
      ]),
    ),
    ...(Array.isArray(required) ? { required: required.map(String) } : {}),
  };
}
