import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { firstOf, serveGradioApp, type GivenFile, type ServedGradioApp } from "./lib.ts";

const meta = { _type: "gradio.FileData" };
const list = expect.arrayContaining([
  expect.objectContaining({ msg: expect.any(String) as string }),
]) as unknown;

const bodies: readonly (readonly [what: string, body: unknown, status: number, detail?: unknown])[] = [
  ["no JSON", "{", 422, list],
  ["an empty body", "", 422, list],
  ["a list", [], 422, list],
  ["no data", { fn_index: 0, session_hash: "h" }, 422, list],
  ["data that is no list", { data: "x", fn_index: 0, session_hash: "h" }, 422, list],
  ["a fn_index that is no number", { data: [], fn_index: "0", session_hash: "h" }, 422, list],
  ["a broken fn_index", { data: [], fn_index: 0.5, session_hash: "h" }, 422, list],
  ["an empty session", { data: [], fn_index: 0, session_hash: "" }, 422, list],
  ["a session of a megabyte", { data: [], fn_index: 0, session_hash: "h".repeat(1 << 20) }, 422, list],
  ["data that is too deep", `{"data":[${"[".repeat(9999)}${"]".repeat(9999)}],"fn_index":0}`, 422, list],
  ["no session", { data: [], fn_index: 0 }, 400, "Session hash not found."],
  ["no fn_index", { data: [], session_hash: "h" }, 400, "No function index specified."],
  ["an unknown fn_index", { data: [], fn_index: 999, session_hash: "h" }, 404, expect.any(String)],
  ["a negative fn_index", { data: [], fn_index: -1, session_hash: "h" }, 404, expect.any(String)],
  ["too much", `{"data":["${"x".repeat(17 << 20)}"]}`, 413, expect.any(String)],
];

test("what no join can be read from is refused in the shape clients read", async () => {
  await using served = await serveGradioApp();
  for (const [what, body, status, detail] of bodies) {
    expect([what, await served.post("/gradio_api/queue/join", body)]).toEqual([
      what,
      { status, answer: { detail } },
    ]);
  }
  const { detail } = (await (await fetch(`${served.url}/gradio_api/queue/data`)).json()) as {
    detail: unknown;
  };
  expect(detail).toEqual(list);
  const nothing = await fetch(`${served.url}/gradio_api/nothing`);
  expect([nothing.status, await nothing.json()]).toEqual([404, { detail: "Not Found" }]);
});

test("too few values end the call with how many it takes, more than enough are left aside", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const message = expect.stringContaining("needed: 2, got: 0") as unknown;
  expect(await served.post("/gradio_api/run/greet", { data: [] })).toMatchObject({
    status: 500,
    answer: { error: message },
  });
  expect(await firstOf(client.predict(0, ["Ada", 1, "more", 2]))).toBe("Hello Ada!");
});

test("a value its component refuses ends the call in the component's words", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  await expect(client.predict("/greet", ["Ada", 99])).rejects.toMatchObject({
    message: expect.stringContaining('"Times"') as string,
  });
  await expect(client.predict("/greet", [{ a: 1 }, 1])).rejects.toMatchObject({
    message: expect.stringContaining('"Name"') as string,
  });
  await expect(client.predict("/echo_radio", ["z"])).rejects.toMatchObject({
    message: expect.stringContaining('"Radio"') as string,
  });
});

const forged: readonly (readonly [what: string, file: unknown])[] = [
  ["a path of the disk", { path: "/etc/passwd", meta }],
  ["a path of the disk without meta", { path: "/etc/passwd" }],
  ["a path that climbs", { path: `${"a".repeat(32)}/../../../../etc/passwd`, meta }],
  ["a path as issued, with another's key", { path: `${"a".repeat(32)}/${"0".repeat(64)}/x.png`, meta }],
  ["a url of the disk", { path: null, url: "file:///etc/passwd", meta }],
  ["a url of the cloud's own", { path: "http://169.254.169.254/latest/meta-data", meta }],
  ["a url of this machine", { path: null, url: "http://127.0.0.1:22/", meta }],
  ["another meta", { path: "/etc/passwd", meta: { _type: "gradio.Other" } }],
  ["a path that is no text", { path: 7, meta }],
  ["a failed upload", {}],
  ["a bare path", "/etc/passwd"],
  [
    "a reference of the page",
    { kind: "file", id: "0".repeat(64), name: "x", sizeBytes: 1, mimeType: "a/b", url: "files/x" },
  ],
  ["a data: url that is none", { path: null, url: "data:;base64,%%%", meta }],
];

const places: readonly (readonly [where: string, wrap: (file: unknown) => unknown])[] = [
  ["/echo_image", (file) => file],
  ["/echo_file", (file) => file],
  ["/echo_files", (file) => [file]],
  ["/echo_gallery", (file) => [{ image: file, caption: null }]],
  ["/echo_gallery", (file) => [{ video: file, caption: null }]],
  ["/echo_chatbot", (file) => [{ role: "user", content: [{ type: "file", file }] }]],
];

test("a file that was not issued to the caller is refused wherever it stands, and nothing of it is told", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  for (const [what, file] of forged)
    for (const [where, wrap] of places) {
      const end = await client.predict(where, [wrap(file)]).then(
        () => "taken",
        (error: unknown) => JSON.stringify(error),
      );
      expect([what, where, end]).not.toEqual([what, where, "taken"]);
      expect([what, where, end]).toEqual([what, where, expect.stringContaining('"stage":"error"')]);
      expect(end).not.toContain("root:");
    }
});

test("data may hold what they like, but nothing that claims to be a file and is none", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const nested = { a: [{ b: { path: "/etc/passwd", meta } }] };
  await expect(client.predict("/echo_json", [nested])).rejects.toMatchObject({ stage: "error" });
  const plain = { a: [{ b: { path: "/etc/passwd" } }] };
  expect(await firstOf(client.predict("/echo_json", [plain]))).toEqual(plain);
});

test("a file of one client's session is no file of another's", async () => {
  await using served = await serveGradioApp();
  const [one, two] = [await served.connect(), await served.connect()];
  const mine = (await firstOf(one.predict("/echo_file", [new File(["mine"], "mine.txt")]))) as GivenFile;
  await expect(two.predict("/echo_file", [{ path: mine.path, meta }])).rejects.toMatchObject({
    stage: "error",
  });
  expect(await firstOf(one.predict("/echo_file", [{ path: mine.path, meta }]))).toMatchObject({ size: 4 });
});

test("no address leads to a file that was not issued, nor tells whether there is one", async () => {
  await using served = await serveGradioApp();
  const { port } = new URL(served.url);
  const answers = new Set<string>();
  for (const path of ["/etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "nothing", "%00", "%ff", ""]) {
    // Written by hand, as clients take dots out of addresses.
    const answer = await exchange(
      Number(port),
      `GET /gradio_api/file=${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    answers.add(answer.replace(/^Date:.*\r\n/im, ""));
  }
  expect([...answers]).toEqual([expect.stringMatching(/^HTTP\/1\.1 403 [^]*"detail":"File not allowed/)]);
});

test("uploads that are none, or too large, are refused", async () => {
  await using served = await serveGradioApp({ maxUploadBytes: 1000 });
  const upload = async (body: BodyInit, headers?: Record<string, string>): Promise<[number, string]> => {
    const response = await fetch(`${served.url}/gradio_api/upload`, {
      method: "POST",
      body,
      ...(headers ? { headers } : {}),
    });
    return [response.status, await response.text()];
  };
  const form = (name: string, bytes: number): FormData => {
    const data = new FormData();
    data.append(name, new File(["x".repeat(bytes)], "x.txt"));
    return data;
  };
  expect(await upload("plain")).toEqual([400, '{"detail":"Invalid content type."}']);
  expect(await upload("x", { "content-type": "multipart/form-data" })).toEqual([
    400,
    '{"detail":"Invalid content type."}',
  ]);
  expect((await upload("--b\r\ncut", { "content-type": "multipart/form-data; boundary=b" }))[0]).toBe(400);
  expect((await upload(form("files", 1001)))[0]).toBe(413);
  expect(await upload(form("others", 10))).toEqual([200, "[]"]);
  expect((await upload(form("files", 1000)))[0]).toBe(200);
});

test("an event is cancelled only by the session it belongs to", async () => {
  await using served = await serveGradioApp();
  const fnIndex = await indexOf(served, "slow");
  const join = await served.post("/gradio_api/queue/join", {
    data: [1],
    fn_index: fnIndex,
    session_hash: "owner",
  });
  const { event_id: eventId } = join.answer as { event_id: string };
  await expect.poll(() => served.told.given.length).toBeGreaterThan(2);
  for (const session of ["thief", "", null]) {
    const asked = { event_id: eventId, session_hash: session, fn_index: fnIndex };
    const answer = await served.post("/gradio_api/cancel", asked);
    expect(answer.status).toBe(session === "" ? 422 : 200);
  }
  await pause(100);
  expect(served.told.aborted).toEqual([]);
  const read = await fetch(`${served.url}/call/slow/${eventId}`);
  expect(await read.text()).toBe('event: error\ndata: "404: Not Found"\n\n');
  await served.post("/gradio_api/cancel", { event_id: eventId, session_hash: "owner", fn_index: fnIndex });
  await expect.poll(() => served.told.aborted).toEqual(["slow"]);
});

test("a cancel that comes before the client knows its event ends the newest of the function", async () => {
  await using served = await serveGradioApp();
  const fnIndex = await indexOf(served, "slow");
  await served.post("/gradio_api/queue/join", { data: [1], fn_index: fnIndex, session_hash: "owner" });
  await expect.poll(() => served.told.given.length).toBeGreaterThan(0);
  await served.post("/gradio_api/cancel", { event_id: null, session_hash: "owner", fn_index: fnIndex });
  await expect.poll(() => served.told.aborted).toEqual(["slow"]);
});

test("ten thousand joins of one session fill nothing but its own share", async () => {
  await using served = await serveGradioApp();
  const fnIndex = await indexOf(served, "wait");
  const body = JSON.stringify({ data: ["600000"], fn_index: fnIndex, session_hash: "greedy" });
  const head =
    "POST /gradio_api/queue/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  const request = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  const { port } = new URL(served.url);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => exchangeMany(Number(port), { request, count: 1000 })),
  );
  const statuses = answers.flat();
  const taken = statuses.filter((status) => status === "200");
  expect([taken.length, statuses.length]).toEqual([1000, 10_000]);
  expect(new Set(statuses)).toEqual(new Set(["200", "503"]));
  const client = await served.connect();
  expect(await firstOf(client.predict("/greet", ["other", 1]))).toBe("Hello other!");
});

test("a reader that never reads holds up nobody", async () => {
  await using served = await serveGradioApp();
  const { port } = new URL(served.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("GET /gradio_api/queue/data?session_hash=deaf HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  socket.pause();
  const fnIndex = await indexOf(served, "grow");
  const before = process.memoryUsage().rss;
  // Each value is a little longer than the last: eighty megabytes in all, for each call.
  for (let call = 0; call < 4; call++)
    await served.post("/gradio_api/queue/join", { data: [13_000], fn_index: fnIndex, session_hash: "deaf" });
  const client = await served.connect();
  expect(await firstOf(client.predict("/greet", ["other", 1]))).toBe("Hello other!");
  await pause(1500);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(400);
  socket.destroy();
});

test("pages of other sites neither call nor read, those the author allows do both", async () => {
  await using served = await serveGradioApp({ allowedOrigins: ["https://friend.example"] });
  const ask = (origin: string, method: string) =>
    fetch(`${served.url}/gradio_api/queue/join`, {
      method,
      headers: { origin, "content-type": "application/json", "access-control-request-method": "POST" },
      ...(method === "POST" ? { body: '{"data":["x",1],"fn_index":0,"session_hash":"h"}' } : {}),
    });
  const allowed = await ask("https://friend.example", "OPTIONS");
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://friend.example");
  expect(allowed.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-gradio-user");
  expect((await ask("https://friend.example", "POST")).status).toBe(200);
  const refused = await ask("https://evil.example", "OPTIONS");
  expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  expect((await ask("https://evil.example", "POST")).status).toBe(403);
});

test("the small addresses answer what clients expect", async () => {
  await using served = await serveGradioApp();
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${served.url}/gradio_api/${path}`)).json();
  expect(await get("startup-events")).toBe(true);
  expect(await get("startup-events/")).toBe(false);
  expect(await get("login_check")).toBeNull();
  expect(await get("queue/status")).toMatchObject({ msg: "estimation", queue_size: 0 });
  expect(await get("app_id")).toEqual({ app_id: expect.any(String) as string });
  expect(await get("user")).toBeNull();
  expect((await served.post("/gradio_api/reset", { event_id: null })).answer).toEqual({ success: true });
  const login = await fetch(`${served.url}/login`, { method: "POST", redirect: "manual" });
  expect([login.status, login.headers.get("location")]).toEqual([302, `${served.url}/`]);
  const heartbeat = await fetch(`${served.url}/gradio_api/heartbeat/some-session`);
  const { value } = (await heartbeat.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toBe("data: ALIVE\n\n");
});

async function indexOf(served: ServedGradioApp, name: string): Promise<number> {
  const config = (await (await fetch(`${served.url}/config`)).json()) as {
    dependencies: { id: number; api_name: string }[];
  };
  return config.dependencies.find(({ api_name: known }) => known === name)?.id ?? -1;
}

function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(request);
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => (answer += text));
  return new Promise((resolve) => void socket.on("close", () => resolve(answer)));
}

/** The same request again and again on one connection; the statuses of the answers. */
function exchangeMany(
  port: number,
  { request, count }: { readonly request: string; readonly count: number },
): Promise<readonly string[]> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request.repeat(count));
  let answer = "";
  return new Promise((resolve) => {
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? "");
      if (statuses.length < count || !answer.endsWith("}")) return;
      socket.destroy();
      resolve(statuses);
    });
  });
}
