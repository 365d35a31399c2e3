import { once } from "node:events";
import { createServer, request as requestHttp } from "node:http";
import { connect, type AddressInfo } from "node:net";
import {
  Button,
  Dropdown,
  File,
  Gallery,
  Image,
  JSON as JSONView,
  Number,
  Slider,
  Textbox,
} from "@vitrine/components";
import { App, State, update, UserError } from "@vitrine/core";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createApp } from "../create-app.ts";
import { openSite, type OpenSite } from "../testing/open-site.ts";

const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: "red" } })
  .png()
  .toBuffer();

/** An app with an endpoint for each thing a program may want of one. */
function workshop(): App {
  return new App({ title: "Workshop" }, () => {
    const name = new Textbox({ label: "Your name", info: "As friends call you." });
    const times = new Slider({ label: "times", minimum: 1, maximum: 5, value: 2 });
    const greeting = new Textbox({ label: "Greeting" });
    const go = new Button();
    go.click((who: string, n: number) => `Hello ${who}!`.repeat(n), [name, times], greeting, {
      apiName: "greet",
      apiDescription: "Greets somebody. As often as you like.",
    });
    const count = new Number({ label: "count" });
    go.click(
      async function* (to: number, { progress }) {
        for (let n = 1; n <= to; n++) {
          progress.steps(n, to, { description: "counting" });
          yield n;
        }
      },
      new Number({ label: "to", value: 3 }),
      count,
      { apiName: "count_to" },
    );
    const sum = new State(0);
    go.click(
      (n: number, before: number): [number, number] => [n + before, n + before],
      [new Number({ label: "n" }), sum],
      [count, sum],
      {
        apiName: "add",
      },
    );
    const [photo, halved] = [new Image({ label: "photo" }), new Image({ label: "halved" })];
    go.click((bytes) => sharp(bytes).resize(2).png().toBuffer(), photo, halved, { apiName: "halve" });
    const files = new File({ label: "papers", fileCount: "multiple" });
    const told = new JSONView({ label: "told" });
    go.click((papers) => papers.map(({ name, sizeBytes }) => ({ name, sizeBytes })), files, told, {
      apiName: "list",
    });
    const gallery = new Gallery({ label: "shelf" });
    go.click((pictures) => pictures, gallery, gallery, { apiName: "shelve" });
    go.click((data: unknown) => data as object, new JSONView({ label: "data" }), told, { apiName: "echo" });
    const colour = new Dropdown({ label: "colour", choices: ["red", "green"] });
    go.click((chosen: string) => update({ visible: chosen === "red" }), colour, greeting, {
      apiName: "hide",
    });
    go.click(
      (text: string, { log }) => {
        log.warning("careful", { title: "Look out" });
        if (text === "user") throw new UserError("Not like that.");
        if (text === "secret") throw new Error("/etc/secret");
        return text;
      },
      name,
      greeting,
      { apiName: "fail" },
    );
    go.click(
      async function* (_text: string, { signal }) {
        signal.addEventListener("abort", () => aborted());
        for (let n = 0; ; n++) {
          yield `${n}`.padEnd(1 << 20);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
      name,
      greeting,
      { apiName: "flood" },
    );
    go.click((text: string) => text, name, greeting, { apiName: "hidden", apiVisibility: "private" });
    go.click((text: string) => text, name, greeting, { apiName: "quiet", apiVisibility: "undocumented" });
    go.click(
      (_text: string, { signal }) =>
        new Promise<string>((resolve) => {
          started();
          signal.addEventListener("abort", () => {
            aborted();
            resolve("late");
          });
        }),
      name,
      greeting,
      { apiName: "wait" },
    );
  });
}

let started = (): void => undefined;
let aborted = (): void => undefined;

interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

function post(site: OpenSite, endpoint: string, parameters: unknown, { headers = {} }: CallOptions = {}) {
  return fetch(`${site.url}/api/${endpoint}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof parameters === "string" ? parameters : JSON.stringify(parameters),
  });
}

async function call(site: OpenSite, endpoint: string, parameters: unknown, options?: CallOptions) {
  const response = await post(site, endpoint, parameters, options);
  return {
    status: response.status,
    body: (await response.json()) as { data?: Record<string, never>; error?: object },
  };
}

test("a call takes parameters by name and answers values by name; those with a default may be left out", async () => {
  await using site = await openSite(workshop());
  expect(await call(site, "greet", { who: "Ada", n: 3 })).toEqual({
    status: 200,
    body: { data: { greeting: "Hello Ada!Hello Ada!Hello Ada!" } },
  });
  expect((await call(site, "greet", { who: "Ada" })).body.data).toEqual({ greeting: "Hello Ada!Hello Ada!" });
  expect((await call(site, "count_to", "")).body.data).toEqual({ count: 3 });
});

test.each([
  ["an unknown endpoint", "nothing", {}, 404, "UNKNOWN_ENDPOINT"],
  ["a private endpoint", "hidden", { text: "x" }, 404, "UNKNOWN_ENDPOINT"],
  ["an unknown parameter", "greet", { who: "x", nobody: 1 }, 422, "PARAMETER_UNKNOWN"],
  ["a missing parameter", "greet", {}, 422, "PARAMETER_MISSING"],
  ["a value of a wrong type", "greet", { who: 7 }, 422, "PAYLOAD_INVALID"],
  ["a value out of range", "greet", { who: "x", n: 9 }, 422, "VALUE_OUT_OF_RANGE"],
  ["a list of parameters", "greet", ["x"], 422, "PAYLOAD_INVALID"],
  ["no JSON", "greet", "{who", 422, "PAYLOAD_INVALID"],
  ["an author's refusal", "fail", { text: "user" }, 422, "USER_ERROR"],
  ["a failure", "fail", { text: "secret" }, 500, "FUNCTION_FAILED"],
  ["a file that is a number", "halve", { bytes: 7 }, 422, "PAYLOAD_INVALID"],
  ["a file of the server", "halve", { bytes: "/etc/passwd" }, 422, "FILE_FETCH_REFUSED"],
  ["a file of the server as a URL", "halve", { bytes: "file:///etc/passwd" }, 422, "FILE_FETCH_REFUSED"],
  ["a file of this machine", "halve", { bytes: "http://127.0.0.1:22/" }, 422, "FILE_FETCH_REFUSED"],
  [
    "a cloud's metadata in a list",
    "list",
    { papers: [{ url: "http://169.254.169.254/" }] },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a private file in a gallery",
    "shelve",
    { pictures: [{ file: "http://10.0.0.1/" }] },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a forged reference",
    "halve",
    {
      bytes: {
        kind: "file",
        id: "a".repeat(64),
        name: "x",
        sizeBytes: 1,
        mimeType: "image/png",
        url: "files/x",
      },
    },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a forged address",
    "halve",
    { bytes: `files/${"k".repeat(32)}/${"a".repeat(64)}/x.png` },
    404,
    "FILE_UNKNOWN",
  ],
  ["a file with a path", "list", { papers: [{ path: "/etc/passwd" }] }, 422, "PAYLOAD_INVALID"],
  ["a data: URL that is none", "halve", { bytes: "data:oops" }, 422, "PAYLOAD_INVALID"],
])("%s is refused with a code", async (_, endpoint, parameters, status, code) => {
  await using site = await openSite(workshop());
  const { status: answered, body } = await call(site, endpoint, parameters);
  expect({ status: answered, body }).toMatchObject({ status, body: { error: { code } } });
  expect(JSON.stringify(body)).not.toMatch(/secret|root:|\/tmp|at .*\.ts/);
});

test("a refused value names its parameter", async () => {
  await using site = await openSite(workshop());
  expect((await call(site, "greet", { who: "x", n: 9 })).body.error).toMatchObject({ parameter: "n" });
  expect((await call(site, "halve", { bytes: 7 })).body.error).toMatchObject({
    message: expect.stringContaining('"bytes"'),
  });
});

test("an endpoint that is listed nowhere answers who knows its name", async () => {
  await using site = await openSite(workshop());
  expect((await call(site, "quiet", { text: "x" })).body.data).toEqual({ greeting: "x" });
});

test("State belongs to the session a call names; without one every call begins anew", async () => {
  await using site = await openSite(workshop());
  const headers = { "x-session": "ada-session-0123456789" };
  expect((await call(site, "add", { n: 1 }, { headers })).body.data).toEqual({ count: 1 });
  expect((await call(site, "add", { n: 2 }, { headers })).body.data).toEqual({ count: 3 });
  expect((await call(site, "add", { n: 2 })).body.data).toEqual({ count: 2 });
  const begun = await post(site, "add", { n: 5 });
  const given = { "x-session": begun.headers.get("x-session") ?? "" };
  expect((await call(site, "add", { n: 1 }, { headers: given })).body.data).toEqual({ count: 6 });
  const guessable = { "x-session": "1" };
  expect((await call(site, "add", { n: 1 }, { headers: guessable })).status).toBe(401);
});

test("calls without a session that leave nothing take nobody's place", async () => {
  const app = createApp(workshop(), { sessionCapacity: 3 });
  const request = (endpoint: string, body: object, headers: Record<string, string> = {}) =>
    app.request(`/api/${endpoint}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const headers = { "x-session": "ada-session-0123456789" };
  await request("add", { n: 1 }, headers);
  for (let n = 0; n < 20; n++) expect((await request("greet", { who: "x" })).status).toBe(200);
  expect(await (await request("add", { n: 1 }, headers)).json()).toEqual({ data: { count: 2 } });
  await expect.poll(async () => (await app.host).census().stored).toBe(1);
  await app.close();
});

test("a picture goes in by an upload, a data: URL or an address, and comes out as an address", async () => {
  await using other = await serveOnce(picture);
  await using site = await openSite(workshop(), { allowedFetchHosts: [other.host] });
  const uploaded = await fetch(`${site.url}/api/upload?name=red.png`, { method: "POST", body: picture });
  expect(uploaded.status).toBe(201);
  const file = (await uploaded.json()) as { url: string };
  expect(file).toMatchObject({ name: "red.png", mimeType: "image/png", sizeBytes: picture.length });
  const addresses = [
    file.url,
    file,
    new URL(file.url).pathname,
    `data:image/png;base64,${picture.toString("base64")}`,
    `http://${other.host}/red.png`,
    { url: `http://${other.host}/red.png`, name: "mine.png" },
  ];
  for (const bytes of addresses) {
    const { body } = await call(site, "halve", { bytes });
    const { halved } = body.data as unknown as { halved: { url: string; mimeType: string } };
    expect(halved).toMatchObject({
      mimeType: "image/png",
      name: expect.any(String),
      sizeBytes: expect.any(globalThis.Number),
    });
    const shown = Buffer.from(await (await fetch(halved.url)).arrayBuffer());
    expect((await sharp(shown).metadata()).width).toBe(2);
  }
});

test("a form uploads its one file; no file, several, and what is no form are refused", async () => {
  await using site = await openSite(workshop(), { maxUploadBytes: 1000 });
  const upload = async (body: FormData | string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${site.url}/api/upload`, { method: "POST", body, headers });
    return { status: response.status, body: (await response.json()) as object };
  };
  const form = (...contents: string[]) => {
    const data = new FormData();
    data.append("note", "some field");
    for (const content of contents) data.append("file", new Blob([content]), "büro.txt");
    return data;
  };
  expect(await upload(form("hello"))).toMatchObject({
    status: 201,
    body: { name: "büro.txt", sizeBytes: 5, mimeType: "text/plain" },
  });
  const refused = (code: string) => ({
    status: code === "FILE_TOO_LARGE" ? 413 : 422,
    body: { error: { code } },
  });
  expect(await upload(form())).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload(form("a", "b"))).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload(form("x".repeat(1001)))).toMatchObject(refused("FILE_TOO_LARGE"));
  expect(await upload("x".repeat(1001))).toMatchObject(refused("FILE_TOO_LARGE"));
  const odd = { "content-type": "multipart/form-data; boundary=x" };
  expect(await upload("no form at all", odd)).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload("x", { "content-type": "multipart/form-data;" })).toMatchObject(
    refused("PAYLOAD_INVALID"),
  );
});

test("one file may stand for a list of one, and what may be null may be left out", async () => {
  await using site = await openSite(workshop());
  expect((await call(site, "list", { papers: "data:text/plain,hello" })).body.data).toEqual({
    told: [{ name: "file.txt", sizeBytes: 5 }],
  });
  const file = `data:image/png;base64,${picture.toString("base64")}`;
  const { body } = await call(site, "shelve", { pictures: [{ file, caption: "red" }, { file }] });
  expect(body.data).toMatchObject({
    shelf: [
      { caption: "red", file: { mimeType: "image/png" } },
      { caption: null, file: { url: expect.stringMatching(/^http:/) } },
    ],
  });
});

test("data that looks like a file stays data", async () => {
  await using site = await openSite(workshop());
  const data = { url: "http://127.0.0.1/", kind: "file", path: "/etc/passwd", id: "a".repeat(64) };
  expect((await call(site, "echo", { data })).body.data).toEqual({ told: data });
});

test("an output that was only changed has the value it had at first", async () => {
  await using site = await openSite(workshop());
  expect((await call(site, "hide", { chosen: "red" })).body.data).toEqual({ greeting: "" });
});

test("what a function says meanwhile comes with the answer", async () => {
  await using site = await openSite(workshop());
  expect((await call(site, "fail", { text: "fine" })).body).toMatchObject({
    data: { greeting: "fine" },
    messages: [{ level: "warning", title: "Look out", message: "careful" }],
  });
});

test("who accepts events is sent every value, the progress, and the end", async () => {
  await using site = await openSite(workshop());
  const response = await post(site, "count_to", { to: 50 }, { headers: { accept: "text/event-stream" } });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = parseEvents(await response.text());
  const values = events.filter(({ event }) => event === "value").map(({ data }) => data);
  expect(values).toEqual(Array.from({ length: 50 }, (_, n) => ({ data: { count: n + 1 } })));
  expect(events).toContainEqual({
    event: "progress",
    data: { done: 1, total: 50, fraction: 0.02, description: "counting" },
  });
  expect(events.at(-1)).toEqual({ event: "complete", data: { data: { count: 50 } } });
  const failed = await post(site, "fail", { text: "user" }, { headers: { accept: "text/event-stream" } });
  const [said, end] = parseEvents(await failed.text());
  expect(said).toMatchObject({ event: "message", data: { level: "warning" } });
  expect(end).toMatchObject({
    event: "error",
    data: { error: { code: "USER_ERROR", message: "Not like that." } },
  });
});

test.each([["application/json"], ["text/event-stream"]])(
  "who goes away while waiting for %s takes the job along",
  async (accept) => {
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const isAborted = new Promise<void>((resolve) => (aborted = resolve));
    await using site = await openSite(workshop());
    const controller = new AbortController();
    const gone = fetch(`${site.url}/api/wait`, {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify({ text: "x", _text: undefined }).replace('"text"', '"_text"'),
      signal: controller.signal,
    }).then((response) => response.text());
    gone.catch(() => undefined);
    await isStarted;
    controller.abort();
    await isAborted;
    await expect(gone).rejects.toThrow();
  },
);

test("who accepts events and never reads them is given up, and the job with it", async () => {
  const isAborted = new Promise<void>((resolve) => (aborted = resolve));
  await using site = await openSite(workshop());
  const body = '{"_text":"x"}';
  const socket = connect(site.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(
    `POST /api/flood HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await isAborted;
  socket.destroy();
  expect((await call(site, "greet", { who: "Ada", n: 1 })).status).toBe(200);
});

test("two hundred calls at once get each their own answer", async () => {
  await using site = await openSite(workshop());
  const calls = Array.from({ length: 200 }, (_, n) => call(site, "greet", { who: String(n), n: 1 }));
  const answers = (await Promise.all(calls)).map(({ body }) => body.data);
  expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => ({ greeting: `Hello ${n}!` })));
});

test("a body that is too large is refused, announced or not", async () => {
  await using site = await openSite(workshop());
  const large = JSON.stringify({ who: "x".repeat(17 << 20) });
  expect((await call(site, "greet", large)).status).toBe(413);
  const sent = requestHttp(`${site.url}/api/greet`, {
    method: "POST",
    headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
  });
  sent.on("error", () => undefined);
  sent.end(large);
  const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(413);
});

test("pages of other origins are refused; those the author allows are answered by their name", async () => {
  await using site = await openSite(workshop(), { allowedOrigins: ["https://intranet.example"] });
  const evil = await post(site, "greet", { who: "x" }, { headers: { origin: "https://evil.example" } });
  expect(evil.status).toBe(403);
  expect(evil.headers.get("access-control-allow-origin")).toBe(null);
  const friend = await post(site, "greet", { who: "x" }, { headers: { origin: "https://intranet.example" } });
  expect(friend.status).toBe(200);
  expect(friend.headers.get("access-control-allow-origin")).toBe("https://intranet.example");
  const uploaded = await fetch(`${site.url}/api/upload?name=a.txt`, { method: "POST", body: "hello" });
  const { url } = (await uploaded.json()) as { url: string };
  const readBy = async (origin: string) =>
    (await fetch(url, { headers: { origin } })).headers.get("access-control-allow-origin");
  expect(await readBy("https://intranet.example")).toBe("https://intranet.example");
  expect(await readBy("https://evil.example")).toBe(null);
  const preflight = await fetch(`${site.url}/api/greet`, {
    method: "OPTIONS",
    headers: { origin: "https://intranet.example", "access-control-request-method": "POST" },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toContain("x-session");
});

test("a browser's simple request, which needs no permission, calls nothing", async () => {
  await using site = await openSite(workshop());
  const response = await fetch(`${site.url}/api/greet`, { method: "POST", body: '{"who":"x"}' });
  expect(response.status).toBe(415);
  expect((await fetch(`${site.url}/api/greet`)).status).toBe(405);
});

function parseEvents(text: string) {
  return text
    .split("\n\n")
    .filter((block) => block.startsWith("event: "))
    .map((block) => {
      const [first = "", second = ""] = block.split("\n");
      return { event: first.slice(7), data: JSON.parse(second.slice(6)) as object };
    });
}

/** A server on this machine that gives one file. */
async function serveOnce(content: Buffer) {
  const server = createServer((_request, response) => void response.end(content));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
