import { once } from "node:events";
import { JSON as JSONView, Slider } from "@vitrine/components";
import { App, protocolVersion, type JobContext, type ServerMessage } from "@vitrine/core";
import { expect, test } from "vitest";
import { doubler, openSite, sendRaw, upgrade } from "../testing/open-site.ts";
import { PageClient } from "../testing/page-client.ts";

type Refusal = Extract<ServerMessage, { type: "refused" }>;
const isRefusal =
  (code: string) =>
  (message: ServerMessage): message is Refusal =>
    message.type === "refused" && message.error.code === code;

test("a page says hello, runs a listener and gets its output", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url);
  expect(await page.run("l0", [21])).toBe(42);
});

test("a frame that is not JSON is answered and the socket stays", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url);
  page.socket.send("{not json");
  page.socket.send("[]");
  page.send({ type: "nonsense" });
  const refusal = await page.find(isRefusal("PROTOCOL_FRAME"));
  expect(refusal.error.message).toContain("expected JSON text");
  expect(await page.run("l0", [4])).toBe(8);
  expect(page.messages.filter(isRefusal("PROTOCOL_FRAME"))).toHaveLength(3);
});

test("a binary frame is answered and the socket stays", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url);
  page.socket.send(Buffer.from([1, 2, 3]));
  expect((await page.find(isRefusal("PROTOCOL_FRAME"))).error.message).toBe(
    "A frame expected text, got binary data.",
  );
  expect(await page.run("l0", [4])).toBe(8);
});

test("a frame nested too deeply is answered and the socket stays", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url);
  page.socket.send(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  expect((await page.find(isRefusal("PROTOCOL_FRAME"))).error.message).toContain("64 levels");
  expect(await page.run("l0", [4])).toBe(8);
});

test("a frame over a mebibyte closes its socket with 1009 and no other", async () => {
  await using site = await openSite();
  const neighbour = await PageClient.open(site.url);
  const page = await PageClient.open(site.url);
  page.socket.send("x".repeat((1 << 20) + 1));
  expect(await page.closed).toBe(1009);
  expect(await neighbour.run("l0", [5])).toBe(10);
});

test("text that is not UTF-8 closes its socket with 1007", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url);
  page.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
  expect(await page.closed).toBe(1007);
});

test("a page that sends too many frames is told, and closed with 1008 when it goes on", async () => {
  const socketLimits = { framesPerSecond: 1, frameBurst: 200, maxDroppedFrames: 300 };
  await using site = await openSite(doubler(), { socketLimits });
  const neighbour = await PageClient.open(site.url);
  const page = await PageClient.open(site.url);
  for (let count = 0; count < 600; count++) page.send({ type: "ping" });
  expect(await page.closed).toBe(1008);
  const told = page.messages.filter(isRefusal("RATE_LIMITED")).length;
  expect(told).toBeGreaterThan(0);
  // Once a second, not once a frame.
  expect(told).toBeLessThan(100);
  expect(await neighbour.run("l0", [5])).toBe(10);
});

test("a socket that never says anything is closed", async () => {
  await using site = await openSite(doubler(), { socketLimits: { helloWithinMs: 50 } });
  const page = new PageClient(`${site.url}/socket`);
  expect(await page.closed).toBe(1008);
});

test("a socket that says everything but hello is closed too", async () => {
  await using site = await openSite(doubler(), { socketLimits: { helloWithinMs: 500 } });
  const neighbour = await PageClient.open(site.url);
  const page = new PageClient(`${site.url}/socket`);
  await once(page.socket, "open");
  page.send({ type: "ping" });
  page.socket.send("{not json");
  page.send({ type: "hello", version: 99.5, session: 1 });
  expect(await page.closed).toBe(1008);
  // It came first, so its time was up before.
  expect(await neighbour.run("l0", [3])).toBe(6);
});

test("a page on a slow line gets a large value: it has ten seconds for each mebibyte", async () => {
  const size = 40 << 20;
  const large = new App(() => {
    const [input, output] = [new Slider(), new JSONView()];
    input.release(() => ["x".repeat(size)], input, output);
  });
  await using site = await openSite(large, { socketLimits: { stuckAfterMs: 250 } });
  const page = await PageClient.open(site.url);
  page.send({ type: "run", jobId: "large-value", listenerId: "l0", payloads: [1] });
  await page.next("status");
  page.socket.pause();
  setTimeout(() => page.socket.resume(), 1000);
  const output = await Promise.race([page.next("output"), page.closed]);
  expect(output).toMatchObject({ updates: [{ payload: ["x".repeat(size)] }] });
});

test("a page that answers pings stays, one that does not is ended", async () => {
  await using site = await openSite(doubler(), { socketLimits: { pingEveryMs: 20, deadAfterMs: 1500 } });
  const living = await PageClient.open(site.url);
  const dead = await PageClient.open(site.url, { autoPong: false });
  // 1006: ended without a word, as a broken line is.
  expect(await dead.closed).toBe(1006);
  await once(living.socket, "ping");
  expect(await living.run("l0", [1])).toBe(2);
});

test("a page that does not read is cut off, and goes on with its session when it comes back", async () => {
  const talkative = new App(() => {
    const input = new Slider();
    const talk = async (_value: number, context: JobContext) => {
      while (!context.signal.aborted) {
        context.log.info("x".repeat(100_000));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    input.release(talk, input);
  });
  await using site = await openSite(talkative, { socketLimits: { stuckAfterMs: 50 } });
  const page = await PageClient.open(site.url);
  const { session } = await page.next("welcome");
  page.send({ type: "run", jobId: "talkative", listenerId: "l0", payloads: [1] });
  await page.next("toast");
  page.socket.pause();
  // A socket that does not read does not hear that it is closed either.
  const sips = setInterval(() => {
    page.socket.resume();
    setTimeout(() => page.socket.pause(), 50);
  }, 1500);
  // 1013 when it reads in time to hear why.
  expect([1006, 1013]).toContain(await page.closed);
  clearInterval(sips);
  const back = new PageClient(`${site.url}/socket`);
  await once(back.socket, "open");
  back.send({ type: "hello", version: protocolVersion, session });
  const welcome = await back.next("welcome");
  expect(welcome.session.id).toBe(session.id);
});

test("only <page>/socket is upgraded", async () => {
  await using site = await openSite();
  for (const path of ["/", "/other", "/socket/", "/socket/x", "//socket", "/%73ocket", "/a/socket"]) {
    const answer = await sendRaw(site.port, upgrade(path));
    expect(answer.status, path).toBe(404);
  }
});

test("an upgrade asked for by a page of another site is refused before it happens", async () => {
  await using site = await openSite();
  const origins = [
    "http://evil.example",
    "null",
    "",
    `http://localhost.evil.com:${site.port}`,
    "http://127.0.0.1:1",
    "http://127.0.0.1@evil.com",
  ];
  for (const origin of origins) {
    const answer = await sendRaw(
      site.port,
      upgrade("/socket", { Host: `127.0.0.1:${site.port}`, Origin: origin }),
    );
    expect(answer.status, origin).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "ORIGIN_REFUSED" } });
  }
});

test("a refused origin stands once in the log, with what to do", async () => {
  await using site = await openSite();
  for (let count = 0; count < 3; count++) {
    await sendRaw(site.port, upgrade("/socket", { Origin: "https://demo.example" }));
  }
  expect(site.logged.filter((line) => line.includes("https://demo.example"))).toHaveLength(1);
  expect(site.logged[0]).toContain("`allowedOrigins`");
});

test("an upgrade asked for by the app's own page, or by a program, is taken", async () => {
  await using site = await openSite();
  const page = await PageClient.open(site.url, { origin: site.url });
  expect(await page.run("l0", [3])).toBe(6);
  const program = await PageClient.open(site.url);
  expect(await program.run("l0", [3])).toBe(6);
});

test("an allowed origin may open the socket", async () => {
  await using site = await openSite(doubler(), { allowedOrigins: ["https://intranet.example"] });
  const page = await PageClient.open(site.url, { origin: "https://intranet.example" });
  expect(await page.run("l0", [3])).toBe(6);
});

test("odd handshakes are refused and leave the server well", async () => {
  await using site = await openSite();
  const odd: [number, Record<string, string>][] = [
    [400, { "Sec-WebSocket-Key": "short" }],
    [400, { "Sec-WebSocket-Version": "99" }],
    [101, { "Sec-WebSocket-Extensions": "constructor" }],
    [400, { "Sec-WebSocket-Protocol": `b${" ".repeat(5000)}x` }],
    [431, Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`X-Header-${index}`, "1"]))],
  ];
  for (const [status, headers] of odd) {
    expect((await sendRaw(site.port, upgrade("/socket", headers))).status, Object.keys(headers)[0]).toBe(
      status,
    );
  }
  const page = await PageClient.open(site.url);
  expect(await page.run("l0", [3])).toBe(6);
});
