import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  parseClientMessage,
  toJobId,
  toListenerId,
  toSessionId,
  type ClientMessage,
  type RunMessage,
  type ServerMessage,
} from "@vitrine/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Connection, type ConnectionOptions } from "./connection.ts";

/** The server's end of one socket. */
interface ServerSocket {
  readonly socket: WebSocket;
  readonly received: ClientMessage[];
  send(seq: number, message: ServerMessage): void;
}

let server: WebSocketServer;
const accepted: ServerSocket[] = [];
const opened: Connection[] = [];
const session = { id: toSessionId("session-1"), secret: "secret-1" };

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    const received: ClientMessage[] = [];
    socket.on("message", (data) => received.push(parseClientMessage(String(data))));
    accepted.push({ socket, received, send: (seq, message) => socket.send(JSON.stringify([seq, message])) });
  });
  await once(server, "listening");
});

afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
  for (const { socket } of accepted.splice(0)) socket.terminate();
  server.close();
});

function open(options: Partial<ConnectionOptions> = {}): {
  connection: Connection;
  messages: ServerMessage[];
} {
  const messages: ServerMessage[] = [];
  const { port } = server.address() as AddressInfo;
  const connection = new Connection({
    openSocket: () => new WebSocket(`ws://127.0.0.1:${port}`),
    onMessage: (message) => messages.push(message),
    reconnectDelaysMs: [0],
    ...options,
  });
  opened.push(connection);
  connection.open();
  return { connection, messages };
}

function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 1 });
}

/** The nth connection, once it has sent `count` messages. */
function atServer(index: number, count = 1): Promise<ServerSocket> {
  return eventually(() => {
    const found = accepted[index];
    if (!found || found.received.length < count)
      throw new Error(`Connection ${index} has not sent ${count} messages.`);
    return found;
  });
}

function welcome(outcome: "new" | "resumed" | "reset", seq = 0): ServerMessage {
  return { type: "welcome", session, outcome, seq };
}

function run(jobId: string): RunMessage {
  return { type: "run", jobId: toJobId(jobId), listenerId: toListenerId("l0"), payloads: [1] };
}

function status(jobId: string, stage: "complete" | "running"): ServerMessage {
  return { type: "status", jobId: toJobId(jobId), listenerId: toListenerId("l0"), status: { stage } };
}

test("the first frame is a hello without session; a run waits for the welcome", async () => {
  const { connection } = open();
  connection.send(run("job-00001"));
  const first = await atServer(0);
  expect(first.received).toEqual([{ type: "hello", version: 1 }]);
  first.send(0, welcome("new"));
  expect((await atServer(0, 2)).received[1]).toEqual(run("job-00001"));
  expect(connection.session).toEqual(session);
});

test("after a drop it returns to its session and tells the last frame it has; what was sent again arrives once", async () => {
  const { messages } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  first.send(1, status("job-00001", "running"));
  await eventually(() => expect(messages).toHaveLength(2));
  first.socket.terminate();
  const second = await atServer(1);
  expect(second.received[0]).toEqual({ type: "hello", version: 1, session, after: 1 });
  second.send(0, welcome("resumed", 1));
  second.send(1, status("job-00001", "running"));
  second.send(2, status("job-00001", "complete"));
  await eventually(() => expect(messages.at(-1)).toEqual(status("job-00001", "complete")));
  expect(messages.filter((message) => message.type === "status")).toHaveLength(2);
});

test("a script of 60 frames cut after any of them arrives whole, in order and once", async () => {
  for (const cutAfter of [1, 2, 17, 49, 50, 51, 59]) {
    const base = accepted.length;
    const { connection, messages } = open();
    const first = await atServer(base);
    first.send(0, welcome("new"));
    for (let seq = 1; seq <= cutAfter; seq++)
      first.send(seq, { type: "toast", level: "info", message: `${seq}` });
    await eventually(() => expect(messages).toHaveLength(cutAfter + 1));
    first.socket.terminate();
    const second = await atServer(base + 1);
    const hello = second.received[0];
    const after = hello?.type === "hello" ? (hello.after ?? -1) : -1;
    second.send(0, welcome("resumed", after));
    // A server that kept one frame too many sends it again.
    for (let seq = after; seq <= 60; seq++)
      second.send(seq, { type: "toast", level: "info", message: `${seq}` });
    await eventually(() => expect(messages.at(-1)).toMatchObject({ message: "60" }));
    const said = messages.flatMap((message) => (message.type === "toast" ? [Number(message.message)] : []));
    expect(said).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    connection.close();
  }
});

test("runs nobody answered are sent again after a drop; answered ones are not", async () => {
  const { connection } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  connection.send(run("job-answered"));
  connection.send(run("job-unanswered"));
  await atServer(0, 3);
  first.send(1, status("job-answered", "running"));
  first.send(0, { type: "pong" });
  await eventually(() => expect(connection.state.stage).toBe("open"));
  first.socket.close();
  connection.send(run("job-meanwhile"));
  const second = await atServer(1);
  second.send(0, welcome("resumed", 1));
  const { received } = await atServer(1, 3);
  expect(received.slice(1)).toEqual([run("job-unanswered"), run("job-meanwhile")]);
});

test("a cancel is sent again until the job has ended", async () => {
  const { connection, messages } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  first.send(1, status("job-00001", "running"));
  await eventually(() => expect(messages).toHaveLength(2));
  connection.send({ type: "cancel", jobId: toJobId("job-00001") });
  await atServer(0, 2);
  first.socket.terminate();
  (await atServer(1)).send(0, welcome("resumed", 1));
  expect((await atServer(1, 2)).received[1]).toEqual({ type: "cancel", jobId: "job-00001" });
});

test("a reload returns to its session without `after`, and counts on from the snapshot", async () => {
  const { messages } = open({ session });
  const first = await atServer(0);
  expect(first.received[0]).toEqual({ type: "hello", version: 1, session });
  first.send(0, {
    type: "welcome",
    session,
    outcome: "reset",
    seq: 7,
    snapshot: { payloads: {}, props: {}, jobs: [] },
  });
  first.send(7, status("job-00001", "running"));
  first.send(8, status("job-00001", "complete"));
  await eventually(() => expect(messages.at(-1)).toEqual(status("job-00001", "complete")));
  expect(messages).toHaveLength(2);
});

test("frames are acknowledged every fifty, and the rest a second later", async () => {
  open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  for (let seq = 1; seq <= 53; seq++) first.send(seq, { type: "toast", level: "info", message: "x" });
  expect((await atServer(0, 2)).received[1]).toEqual({ type: "ack", seq: 50 });
  await eventually(() => expect(first.received[2]).toEqual({ type: "ack", seq: 53 }));
});

test("taken over by another page it says so and stays away until it is asked to return", async () => {
  const { connection } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  await eventually(() => expect(connection.state.stage).toBe("open"));
  first.socket.close(4001, "taken over");
  await eventually(() => expect(connection.state).toEqual({ stage: "takenOver" }));
  connection.wake();
  expect(accepted).toHaveLength(1);
  connection.useHere();
  expect((await atServer(1)).received[0]).toMatchObject({ type: "hello", session });
});

test.each([
  ["a server of another version", (socket: WebSocket) => socket.close(4002, "protocol version")],
  ["a frame it does not understand", (socket: WebSocket) => socket.send('[1,{"type":"dance"}]')],
])("%s makes the page out of date", async (_name, act) => {
  const { connection } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  act(first.socket);
  await eventually(() => expect(connection.state).toEqual({ stage: "outdated" }));
});

test("a server that restarts is told apart from one that is lost, and given the time it asked for", async () => {
  const { connection, messages } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  first.send(0, { type: "restart", retryAfterMs: 1 });
  await eventually(() => expect(messages).toHaveLength(2));
  const states: string[] = [];
  first.socket.close(1012, "restart");
  await eventually(() => {
    states.push(JSON.stringify(connection.state));
    expect(states).toContain('{"stage":"reconnecting","reason":"restart"}');
  });
  await atServer(1);
});

test("a run that is too large for the server fails instead of closing every connection", async () => {
  const { connection, messages } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  connection.send(run("job-00001"));
  await atServer(0, 2);
  first.socket.close(1009, "too big");
  (await atServer(1)).send(0, welcome("resumed", 0));
  await eventually(() => expect(messages.at(-1)).toMatchObject({ type: "welcome" }));
  expect(messages[1]).toMatchObject({
    type: "refused",
    jobId: "job-00001",
    error: { code: "PAYLOAD_TOO_LARGE" },
  });
  expect(accepted[1]?.received).toHaveLength(1);
});

test("woken up, it asks whether the connection lives; while it waits to try again, it tries at once", async () => {
  const { connection } = open({ reconnectDelaysMs: [1_000_000] });
  const first = await atServer(0);
  first.send(0, welcome("new"));
  await eventually(() => expect(connection.state.stage).toBe("open"));
  connection.wake();
  expect((await atServer(0, 2)).received[1]).toEqual({ type: "ping" });
  first.socket.terminate();
  await eventually(() => expect(connection.state.stage).toBe("reconnecting"));
  connection.wake();
  await atServer(1);
});

test("without an answer to its ping it takes the connection for dead", async () => {
  const timers: { delayMs: number; callback: () => void }[] = [];
  const { connection } = open({
    clock: {
      now: () => 0,
      setTimer(delayMs, callback) {
        const timer = { delayMs, callback };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
  });
  const first = await atServer(0);
  first.send(0, welcome("new"));
  await eventually(() => expect(connection.state.stage).toBe("open"));
  expect(timers).toEqual([]);
  connection.send(run("job-00001"));
  for (const delayMs of [25_000, 5000, 0]) {
    const [timer] = timers;
    expect(timer?.delayMs).toBe(delayMs);
    timer?.callback();
  }
  await atServer(1);
});

test("a run the server has refused is not sent again after a drop", async () => {
  const { connection, messages } = open();
  const first = await atServer(0);
  first.send(0, welcome("new"));
  connection.send(run("job-00001"));
  connection.send(run("job-00002"));
  await atServer(0, 3);
  const error = { code: "PROTOCOL_FRAME", message: "too deep" };
  first.send(0, { type: "refused", error, jobId: toJobId("job-00001") });
  await eventually(() => expect(messages.at(-1)).toMatchObject({ type: "refused" }));
  first.socket.terminate();
  const second = await atServer(1);
  second.send(0, welcome("resumed"));
  expect((await atServer(1, 2)).received.slice(1)).toEqual([run("job-00002")]);
});
