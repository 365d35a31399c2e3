// The floor: the least a server has to do for the same client, with nothing behind it.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const sessions = new Map();
let nextEvent = 0;

const http = createServer((request, response) => void answer(request, response));
http.listen(0, "127.0.0.1", () => process.send(http.address().port));
process.on("message", () => {
  // Streams stay open until the figures are asked for: whether to close one earlier is what costs others thought.
  for (const { stream } of sessions.values()) stream?.end('data: {"msg":"close_stream","event_id":null}\n\n');
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send({ rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, census: {} });
});

async function answer(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (url.pathname === "/config") return json(response, config(url.origin));
  if (url.pathname === "/gradio_api/info")
    return json(response, { named_endpoints: {}, unnamed_endpoints: {} });
  if (url.pathname === "/gradio_api/queue/data") return openStream(url, request, response);
  const body = JSON.parse(await text(request));
  const event = `event${nextEvent++}`;
  json(response, { event_id: event });
  run(sessionOf(body.session_hash), event, body);
}

function run(session, event, { data, fn_index: fn }) {
  const say = (message) => {
    session.waiting.push(`data: ${JSON.stringify({ ...message, event_id: event })}\n\n`);
  };
  say({ msg: "process_starts", eta: null });
  const to = fn === 1 ? data[0] : 0;
  for (let value = 1; value <= to; value++) {
    const shown = value === 1 ? "1" : [["replace", [], String(value)]];
    say({ msg: "process_generating", output: { data: [shown], is_generating: true }, success: true });
  }
  const last = fn === 1 ? String(to) : `Hello ${data[0]}!`;
  say({ msg: "process_completed", output: { data: [last], is_generating: false }, success: true });
  flush(session);
}

function openStream(url, request, response) {
  const session = sessionOf(url.searchParams.get("session_hash"));
  response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  session.stream = response;
  request.once("close", () => (session.stream = undefined));
  flush(session);
}

function flush({ stream, waiting }) {
  stream?.write(waiting.splice(0).join(""));
}

function sessionOf(name) {
  const session = sessions.get(name) ?? { stream: undefined, waiting: [] };
  sessions.set(name, session);
  return session;
}

function json(response, value) {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function config(root) {
  const dependency = (id, name) => ({ id, api_name: name, inputs: [1], outputs: [2], queue: true });
  return {
    version: "6.25.0",
    api_prefix: "/gradio_api",
    protocol: "sse_v3",
    root,
    components: [1, 2].map((id) => ({ id, type: "textbox", props: {} })),
    dependencies: [dependency(0, "greet"), dependency(1, "count")],
  };
}
