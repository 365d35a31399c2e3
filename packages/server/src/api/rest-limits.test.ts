import { once } from "node:events";
import { request as requestHttp } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { openSite } from "../testing/open-site.ts";
import { call, post, restWorkshop, waiting } from "../testing/rest-workshop.ts";

test.each([["application/json"], ["text/event-stream"]])(
  "who goes away while waiting for %s takes the job along",
  async (accept) => {
    const isStarted = new Promise<void>((resolve) => (waiting.started = resolve));
    const isAborted = new Promise<void>((resolve) => (waiting.aborted = resolve));
    await using site = await openSite(restWorkshop());
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
  const isAborted = new Promise<void>((resolve) => (waiting.aborted = resolve));
  await using site = await openSite(restWorkshop());
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
  await using site = await openSite(restWorkshop());
  const calls = Array.from({ length: 200 }, (_, n) => call(site, "greet", { who: String(n), n: 1 }));
  const answers = (await Promise.all(calls)).map(({ body }) => body.data);
  expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => ({ greeting: `Hello ${n}!` })));
});

test("a body that is too large is refused, announced or not", async () => {
  await using site = await openSite(restWorkshop());
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
  await using site = await openSite(restWorkshop(), { allowedOrigins: ["https://intranet.example"] });
  const evil = await post({ ...site, headers: { origin: "https://evil.example" } }, "greet", { who: "x" });
  expect(evil.status).toBe(403);
  expect(evil.headers.get("access-control-allow-origin")).toBe(null);
  const friend = await post({ ...site, headers: { origin: "https://intranet.example" } }, "greet", {
    who: "x",
  });
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
  await using site = await openSite(restWorkshop());
  const response = await fetch(`${site.url}/api/greet`, { method: "POST", body: '{"who":"x"}' });
  expect(response.status).toBe(415);
  expect((await fetch(`${site.url}/api/greet`)).status).toBe(405);
});
