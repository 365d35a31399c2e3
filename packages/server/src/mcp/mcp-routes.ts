import { randomBytes } from "node:crypto";
import type { ApiSession, AppHost, Clock, Endpoint, FileStore, Unsubscribe } from "@vitrine/core";
import { Hono, type Context } from "hono";
import { leavesSomething } from "../api/plain-endpoint.ts";
import type { AddressPolicy } from "../files/public-address.ts";
import { clientRequest } from "../http/client-request.ts";
import { rootOf } from "../http/root.ts";
import { allowOrigins } from "../http/allow-origins.ts";
import type { AppEnv } from "../http/env.ts";
import { answerWrongMethod } from "../http/errors.ts";
import { assertSameOrigin, type OriginPolicy } from "../http/same-origin.ts";
import { readJsonRpc } from "./mcp-body.ts";
import type { ConnectedClient, McpClient } from "./mcp-server.ts";
import { McpSessions } from "./mcp-sessions.ts";

export interface McpOptions {
  readonly host: Promise<AppHost>;
  readonly files: FileStore;
  readonly policy: OriginPolicy;
  readonly clock: Clock;
  /** What the server may fetch for a call. */
  readonly fetchPolicy: AddressPolicy;
}

const sessionHeader = "mcp-session-id";

/** Loaded with the first request: the SDK is large, and most starts of an app are for its page. */
const loadServer = () => import("./mcp-server.ts");

/** An app as an MCP server over streamable HTTP. */
export class McpEndpoint {
  readonly routes: Hono<AppEnv> = new Hono<AppEnv>();
  readonly #options: McpOptions;
  readonly #sessions: McpSessions;

  constructor(options: McpOptions) {
    this.#options = options;
    this.#sessions = new McpSessions(options.clock);
    const headers = [sessionHeader, "mcp-protocol-version", "last-event-id"];
    this.routes.use("/mcp", allowOrigins(options.policy, { headers, methods: ["GET", "POST", "DELETE"] }));
    this.routes.on(["POST", "GET", "DELETE"], "/mcp", (context) => this.#answer(context));
    this.routes.all("/mcp", (context) => answerWrongMethod(context, "GET, POST, DELETE"));
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  async #answer(context: Context<AppEnv>): Promise<Response> {
    // Reading is checked too, as the protocol asks: a page of another site may not even listen.
    assertSameOrigin((name) => context.req.header(name), this.#options.policy);
    const sessionId = context.req.header(sessionHeader);
    if (context.req.method !== "POST") {
      return sessionId === undefined
        ? answerWrongMethod(context, "POST")
        : this.#answerSession(context, sessionId, undefined);
    }
    const body = await readJsonRpc(context);
    if (body instanceof Response) return body;
    if (sessionId !== undefined) return this.#answerSession(context, sessionId, body.value);
    const { isInitialize } = await loadServer();
    return isInitialize(body.value)
      ? this.#begin(context, body.value)
      : this.#answerOnce(context, body.value);
  }

  async #answerSession(context: Context<AppEnv>, id: string, body: unknown): Promise<Response> {
    const session = this.#sessions.find(id);
    if (!session) return answerUnknownSession(context);
    const isListening = context.req.method === "GET";
    if (isListening) this.#sessions.listen(id, context.req.raw.signal);
    return session.handle(context.req.raw, body);
  }

  async #begin(context: Context<AppEnv>, body: unknown): Promise<Response> {
    const id = randomBytes(32).toString("base64url");
    const { client, release } = await this.#client(context, id);
    const { connectClient } = await loadServer();
    const connected = await connectClient(client, {
      sessionId: id,
      onClosed: () => {
        this.#sessions.forget(id);
        release();
      },
    });
    await this.#sessions.add(id, connected);
    return connected.handle(context.req.raw, body);
  }

  /** A request without a session: what it is answered goes into this one answer, and nothing remains. */
  async #answerOnce(context: Context<AppEnv>, body: unknown): Promise<Response> {
    const { client, release } = await this.#client(context, randomBytes(32).toString("base64url"));
    const { connectClient } = await loadServer();
    let connected: ConnectedClient | undefined;
    const socket = context.env.incoming?.socket;
    const idleMs = socket?.timeout;
    // Nothing moves on the connection while a function works, for as long as it takes.
    socket?.setTimeout(0);
    const leave = (): void => void connected?.close();
    try {
      connected = await connectClient(client, {});
      context.req.raw.signal.addEventListener("abort", leave, { once: true });
      return await connected.handle(context.req.raw, body);
    } finally {
      context.req.raw.signal.removeEventListener("abort", leave);
      socket?.setTimeout(idleMs ?? 0);
      release();
      await connected?.close();
    }
  }

  async #client(
    context: Context<AppEnv>,
    name: string,
  ): Promise<{ readonly client: McpClient; readonly release: Unsubscribe }> {
    const host = await this.#options.host;
    const { files, fetchPolicy } = this.#options;
    const request = clientRequest(context);
    let opened: Promise<ApiSession> | undefined;
    let release: Unsubscribe = () => undefined;
    let isOver = false;
    let isLasting = false;
    const openSession = (endpoint: Endpoint): Promise<ApiSession> => {
      isLasting ||= leavesSomething(endpoint);
      opened ??= host.apiSessions.open("mcp", name, request).then((session) => {
        // Open as long as the client is: what it was told of lasts.
        if (!isOver) release = session.use();
        return session;
      });
      return opened;
    };
    return {
      client: { host, files, fetchPolicy, request, openSession, baseUrl: `${rootOf(context)}/` },
      release: () => {
        isOver = true;
        release();
        // Nobody comes back to what leaves nothing; kept, it would take the place of a visitor's session.
        if (isLasting) return;
        const fail = (error: unknown): void =>
          host.options.log.error("A session did not end well", { error });
        opened?.then((session) => session.end()).catch(fail);
      },
    };
  }
}

function answerUnknownSession(context: Context<AppEnv>): Response {
  const error = { code: -32_001, message: "This session has ended. Begin another one." };
  return context.json({ jsonrpc: "2.0", error, id: null }, 404);
}
