// @vitest-environment happy-dom
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toSessionId } from "@vitrine/core";
import { afterEach, expect, test } from "vitest";
import { sendFile } from "./send-file.ts";

const session = { id: toSessionId("session-1"), secret: "secret-1" };
const file = new File(["notes of a day"], "ünïcode notes.txt", { type: "text/plain" });
const ref = {
  kind: "file",
  id: "f1",
  name: "notes.txt",
  sizeBytes: 14,
  mimeType: "text/plain",
  url: "files/f1",
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A page at `/a/b/` of a server that answers uploads so. */
async function openPage(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<void> {
  server = createServer((request, response) => {
    if (request.method === "POST") void answer(request, response);
    else response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void } };
  happyDOM.setURL(`http://127.0.0.1:${port}/a/b/`);
}

test("a file is sent raw beside its page, with its name, its type and the session's credentials", async () => {
  let body = "";
  const seen: unknown[] = [];
  await openPage(async (request, response) => {
    const { url, headers } = request;
    seen.push(url, headers["x-vitrine-session"], headers["content-type"]);
    for await (const text of request.setEncoding("utf8")) body += String(text);
    response.writeHead(201).end(JSON.stringify(ref));
  });
  expect(await sendFile(file, { session })).toEqual(ref);
  expect(seen).toEqual([
    `/a/b/upload?name=${encodeURIComponent("ünïcode notes.txt")}`,
    "session-1.secret-1",
    "text/plain",
  ]);
  expect(body).toBe("notes of a day");
});

test("what the server says of a file it refuses is what the visitor reads", async () => {
  const error = { code: "FILE_TOO_LARGE", message: "That is too large.", hint: "Send less." };
  await openPage((_request, response) => void response.writeHead(413).end(JSON.stringify({ error })));
  await expect(sendFile(file, { session })).rejects.toThrow("That is too large. Send less.");
});

test.each([
  ["no JSON", "<h1>Bad gateway</h1>"],
  ["JSON without an error", "{}"],
])("an answer that is %s is told by its status", async (_name, body) => {
  await openPage((_request, response) => void response.writeHead(502).end(body));
  await expect(sendFile(file, { session })).rejects.toThrow("The server did not take the file (502).");
});

test("an upload that breaks off says what to do", async () => {
  await openPage((request) => void request.socket.destroy());
  await expect(sendFile(file, { session })).rejects.toThrow("Send it again.");
});

test("an upload that was taken back ends as aborted", async () => {
  const controller = new AbortController();
  await openPage(() => controller.abort());
  await expect(sendFile(file, { session, signal: controller.signal })).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("an upload taken back before it began is not sent", async () => {
  let requests = 0;
  await openPage(() => void requests++);
  await expect(sendFile(file, { session, signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(requests).toBe(0);
});
