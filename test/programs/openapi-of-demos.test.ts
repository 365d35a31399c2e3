import { Validator } from "@seriousme/openapi-schema-validator";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sections } from "../../demos/gallery/demos.ts";
import { serve, type ServedApp } from "../lib/serve.ts";

const demos = sections.flatMap((section) => section.demos);
const [first] = demos;
let served: ServedApp;

beforeAll(async () => {
  if (!first) throw new Error("The gallery has no demos.");
  const mount = Object.fromEntries(demos.map(({ name, app }) => [`/${name}`, app]));
  served = await serve(first.app, { mount, mcp: true });
});
afterAll(() => served[Symbol.asyncDispose]());

interface Document {
  readonly paths: Readonly<Record<string, { readonly post: { readonly operationId: string } }>>;
}

describe.each(demos.map(({ name }) => name))("%s", (name) => {
  const address = (path: string): string => `${served.url}${name}/${path}`;

  test("its openapi.json is a valid document with an operation for each public endpoint", async () => {
    const document = (await (await fetch(address("openapi.json"))).json()) as Document;
    const { endpoints } = (await (await fetch(address("api.json"))).json()) as {
      endpoints: { name: string }[];
    };
    const result = await new Validator().validate({ ...document });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    const operations = Object.values(document.paths).map(({ post }) => post.operationId);
    expect(operations).toEqual([...endpoints.map((endpoint) => endpoint.name), "uploadFile"]);
  });

  test("an MCP client finds its endpoints as tools", async () => {
    const { endpoints } = (await (await fetch(address("api.json"))).json()) as {
      endpoints: { name: string }[];
    };
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(new URL(address("mcp"))));
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(endpoints.map((endpoint) => endpoint.name));
    for (const { description } of tools) expect(description).not.toBe("");
    await client.close();
  });
});
