// The floor: the least a server has to do for the same client, with nothing behind it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerUsage } from "./server-process.ts";

interface Session {
  stream: ServerResponse | undefined;
  readonly waiting: string[];
}

const sessions = new Map<string, Session>();
let nextEvent = 0;

const http = createServer((request, response) => void answer(request, response));
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.(typeof address === "object" ? address?.port : 0);
});
answerUsage(() => ({}));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", `http://${request.headers.host}`);
  if (url.pathname === "/config") return json(response, config(url.origin));
  if (url.pathname === "/gradio_api/info")
    return json(response, { named_endpoints: {}, unnamed_endpoints: {} });
  if (url.pathname === "/gradio_api/queue/data") return openStream(url, request, response);
  const body = JSON.parse(await text(request)) as { data: unknown[]; fn_index: number; session_hash: string };
  const event = `event${nextEvent++}`;
  run(sessionOf(body.session_hash), event, body);
  json(response, { event_id: event });
}

function run(
  session: Session,
  event: string,
  { data, fn_index: fn }: { data: unknown[]; fn_index: number },
): void {
  const say = (message: object): void => {
    session.waiting.push(`data: ${JSON.stringify({ ...message, event_id: event })}\n\n`);
  };
  say({ msg: "process_starts", eta: null });
  const to = fn === 1 ? Number(data[0]) : 0;
  for (let value = 1; value <= to; value++) {
    const shown = value === 1 ? "1" : [["replace", [], String(value)]];
    say({ msg: "process_generating", output: { data: [shown], is_generating: true }, success: true });
  }
  const last = fn === 1 ? String(to) : `Hello ${String(data[0])}!`;
  say({ msg: "process_completed", output: { data: [last], is_generating: false }, success: true });
  flush(session);
}

/** The stream is never closed: the benchmark ends before anyone minds. */
function openStream(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const session = sessionOf(url.searchParams.get("session_hash") ?? "");
  response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  session.stream = response;
  request.once("close", () => (session.stream = undefined));
  flush(session);
}

function flush({ stream, waiting }: Session): void {
  if (stream) stream.write(waiting.splice(0).join(""));
}

function sessionOf(name: string): Session {
  const session = sessions.get(name) ?? { stream: undefined, waiting: [] };
  sessions.set(name, session);
  return session;
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function config(root: string): object {
  const dependency = (id: number, name: string) => ({
    id,
    api_name: name,
    inputs: [1],
    outputs: [2],
    queue: true,
  });
  return {
    version: "6.25.0",
    api_prefix: "/gradio_api",
    protocol: "sse_v3",
    root,
    components: [1, 2].map((id) => ({ id, type: "textbox", props: {} })),
    dependencies: [dependency(0, "greet"), dependency(1, "count")],
  };
}
