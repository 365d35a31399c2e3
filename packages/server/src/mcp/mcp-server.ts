import type { ApiSession, ApiToast, ConnectionRequest, Endpoint } from "@vitrine/core";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  isInitializeRequest,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
} from "@modelcontextprotocol/sdk/types.js";
import type { Json } from "@vitrine/core";
import { isJson } from "@vitrine/core";
import { isObject } from "../api/plain-schema.ts";
import { callTool, type McpPlace } from "./mcp-call.ts";
import {
  declaredIn,
  fillPrompt,
  listPrompts,
  listResources,
  listTemplates,
  readResource,
} from "./mcp-declared.ts";
import { describeTool, toolsOf } from "./mcp-tools.ts";

/** One client: everything it is answered is made for it alone. */
export interface McpClient extends McpPlace {
  readonly request: ConnectionRequest;
  /** The session its calls belong to; opened with the first of them. */
  openSession(endpoint: Endpoint): Promise<ApiSession>;
}

export interface ConnectedClient {
  handle(request: Request, body: unknown): Promise<Response>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Given to the client, which names it from then on; without it every request stands for itself. */
  readonly sessionId?: string;
  onClosed?(): void;
}

/** Answers one client's requests with the official SDK. */
export async function connectClient(
  client: McpClient,
  { sessionId, onClosed }: TransportOptions,
): Promise<ConnectedClient> {
  const transport = new WebStandardStreamableHTTPServerTransport(
    sessionId === undefined ? { enableJsonResponse: true } : { sessionIdGenerator: () => sessionId },
  );
  const server = createServer(client);
  await server.connect(transport);
  const { onclose } = transport;
  transport.onclose = () => {
    onclose?.();
    onClosed?.();
  };
  return {
    handle: (request, body) =>
      transport.handleRequest(request, body === undefined ? {} : { parsedBody: body }),
    close: () => server.close(),
  };
}

/** Whether a body begins a session. */
export function isInitialize(body: unknown): boolean {
  return Array.isArray(body) ? body.some(isInitializeRequest) : isInitializeRequest(body);
}

const levels = { info: "info", success: "notice", warning: "warning", error: "error" } as const;

function createServer(client: McpClient): McpServer {
  const { host, baseUrl } = client;
  const { title } = host.config;
  const mcp = new McpServer(
    { name: title, version: "1.0.0" },
    { capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} } },
  );
  const { server } = mcp;
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...toolsOf(host)].map(([name, endpoint]) => describeTool(name, endpoint, { title, baseUrl })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const endpoint = toolsOf(host).get(params.name);
    if (!endpoint)
      throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name.slice(0, 80)}".`);
    const { _meta: meta, arguments: given = {} } = params;
    const token = meta?.progressToken;
    // A client that has gone is told nothing more.
    const notify = (notification: ServerNotification): void =>
      void extra.sendNotification(notification).catch(() => undefined);
    return callTool(client, {
      endpoint,
      session: await client.openSession(endpoint),
      parameters: toParameters(given),
      signal: extra.signal,
      onProgress:
        token === undefined
          ? undefined
          : (notice) =>
              notify({ method: "notifications/progress", params: { progressToken: token, ...notice } }),
      onMessage: ({ level, title: heading, message }: ApiToast) =>
        notify({
          method: "notifications/message",
          params: { level: levels[level], logger: heading ?? params.name, data: message },
        }),
    });
  });
  serveDeclared(mcp, client);
  return mcp;
}

function serveDeclared({ server }: McpServer, { host, request }: McpClient): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: listResources(declaredIn(host)),
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: listTemplates(declaredIn(host)),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
    shielded(() => readResource(declaredIn(host), params.uri, { signal, request })),
  );
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listPrompts(declaredIn(host)) }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { signal }) => {
    const asked = { name: params.name, values: params.arguments ?? {} };
    return shielded(() => fillPrompt(declaredIn(host), asked, { signal, request }));
  });

  /** The SDK tells the client whatever is thrown; the inside of the server is not for it. */
  async function shielded<TResult>(work: () => Promise<TResult>): Promise<TResult> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof McpError) throw error;
      host.options.log.error("An MCP request failed", { error });
      throw new McpError(ErrorCode.InternalError, "The app's function failed.");
    }
  }
}

function toParameters(given: Readonly<Record<string, unknown>>): { readonly [name: string]: Json } {
  if (isJson(given) && isObject(given)) return given;
  throw new McpError(ErrorCode.InvalidParams, "The arguments are nested too deeply.");
}
