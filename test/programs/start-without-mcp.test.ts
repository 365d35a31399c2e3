import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Tells each module that is loaded from a package, as Node resolves it. */
const hooks = `export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(found.url) ?? [];
  if (name) process._rawDebug("loaded " + name);
  return found;
}`;

const script = `
import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
const { Interface } = await import("vitrine");
const app = new Interface((name) => "Hello, " + name + "!", "text", "text", { apiName: "greet" });
const { url, close } = await app.launch({ port: 0, mcp: true, quiet: true });
await (await fetch(url)).text();
process._rawDebug("page shown");
await fetch(url + "/mcp", {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
});
process._rawDebug("tools listed");
await close();
`;

test("an app with MCP loads the SDK with the first MCP request, not with its start", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  expect(await once(child, "exit")).toEqual([0, null]);
  const [start = "", request = ""] = output.split("page shown");
  expect(start).not.toMatch(/loaded (@modelcontextprotocol|zod|ajv|ipaddr)/);
  expect(request).toContain("loaded @modelcontextprotocol/sdk");
  expect(request).toContain("loaded zod");
});
