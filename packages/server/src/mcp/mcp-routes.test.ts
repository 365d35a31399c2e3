import { expect, test } from "vitest";
import { createApp } from "../create-app.ts";
import { connectMcp, mcpWorkshop, openMcpWorkshop, rpc, type Connected } from "../testing/mcp-workshop.ts";
import { openSite } from "../testing/open-site.ts";

test("two clients at once never get each other's answers, and each has State of its own", async () => {
  await using site = await openMcpWorkshop();
  await using ada = await connectMcp(site);
  await using eve = await connectMcp(site);
  const greet = async ({ client }: Connected, who: string) => {
    const { structuredContent } = await client.callTool({ name: "greet", arguments: { who, n: 1 } });
    return structuredContent;
  };
  const names = Array.from({ length: 60 }, (_, n) => String(n));
  const calls = names.flatMap((n) => [greet(ada, `ada-${n}`), greet(eve, `eve-${n}`)]);
  expect(await Promise.all(calls)).toEqual(
    names.flatMap((n) => [{ greeting: `Hello ada-${n}!` }, { greeting: `Hello eve-${n}!` }]),
  );
  const add = async ({ client }: Connected, n: number) =>
    (await client.callTool({ name: "add", arguments: { n } })).structuredContent;
  expect(await add(ada, 1)).toEqual({ count: 1 });
  expect(await add(eve, 10)).toEqual({ count: 10 });
  expect(await add(ada, 2)).toEqual({ count: 3 });
});

test("what one client was told of opens nothing for another", async () => {
  await using site = await openMcpWorkshop();
  await using ada = await connectMcp(site);
  await ada.client.callTool({ name: "add", arguments: { n: 5 } });
  const guessed = await rpc(site, { method: "tools/list" }, { "mcp-session-id": "guessed" });
  expect(guessed.status).toBe(404);
  const alone = await rpc(site, { method: "tools/call", params: { name: "add", arguments: { n: 1 } } });
  expect(alone.body).toMatchObject({ result: { structuredContent: { count: 1 } } });
});

test("requests and clients that leave nothing take nobody's place", async () => {
  const app = createApp(mcpWorkshop(), { mcp: true, sessionCapacity: 2 });
  const stored = async () => (await app.host).census().stored;
  for (let n = 0; n < 10; n++) {
    const response = await app.request("/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "greet", arguments: { who: "x", n: 1 } },
      }),
    });
    expect(await response.json()).toMatchObject({ result: { structuredContent: { greeting: "Hello x!" } } });
  }
  await expect.poll(stored).toBe(0);
  await app.close();
});

test("without `mcp` there is nothing at this address", async () => {
  await using site = await openSite(mcpWorkshop());
  expect((await rpc(site, { method: "tools/list" })).status).toBe(404);
  expect((await fetch(`${site.url}/mcp`)).status).toBe(404);
});

test.each([
  ["no JSON", "{oops", 400, -32700],
  ["no JSON-RPC", '{"hello":1}', 400, -32700],
  ["an unknown method", '{"jsonrpc":"2.0","id":1,"method":"nothing/here"}', 200, -32601],
  ["a call without a name", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}', 200, -32603],
  [
    "arguments that are a list",
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":[]}}',
    200,
    -32603,
  ],
  [
    "a batch without end",
    JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" }))),
    400,
    undefined,
  ],
  [
    "huge arguments",
    JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "greet", arguments: { who: "x".repeat(17 << 20) } },
    }),
    413,
    -32600,
  ],
])("%s is refused, and the server goes on", async (_, body, status, code) => {
  await using site = await openMcpWorkshop();
  const answer = await rpc(site, body);
  expect(answer.status).toBe(status);
  expect(answer.body.error).toBeDefined();
  if (code !== undefined) expect(answer.body.error?.code).toBe(code);
  expect((await rpc(site, { method: "tools/list" })).status).toBe(200);
});

test("pages of other origins are refused, also when they only listen", async () => {
  await using site = await openSite(mcpWorkshop(), {
    mcp: true,
    allowedOrigins: ["https://intranet.example"],
  });
  const origin = "https://evil.example";
  expect((await rpc(site, { method: "tools/list" }, { origin })).status).toBe(403);
  const listening = await fetch(`${site.url}/mcp`, { headers: { origin, accept: "text/event-stream" } });
  expect(listening.status).toBe(403);
  const friend = await rpc(site, { method: "tools/list" }, { origin: "https://intranet.example" });
  expect(friend.status).toBe(200);
});

test("listening and ending need a session; one that has ended is unknown", async () => {
  await using site = await openMcpWorkshop();
  const accept = { accept: "text/event-stream" };
  expect((await fetch(`${site.url}/mcp`, { headers: accept })).status).toBe(405);
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE" })).status).toBe(405);
  expect((await fetch(`${site.url}/mcp`, { method: "PUT" })).status).toBe(405);
  await using connected = await connectMcp(site);
  const headers = { "mcp-session-id": connected.transport.sessionId ?? "" };
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE", headers })).status).toBe(200);
  expect((await rpc(site, { method: "tools/list" }, headers)).status).toBe(404);
  expect((await fetch(`${site.url}/mcp`, { method: "DELETE", headers })).status).toBe(404);
});
