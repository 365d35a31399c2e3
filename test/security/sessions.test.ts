import { once } from "node:events";
import { Blocks, Button, File, JSON as JSONView, State, Textbox } from "vitrine";
import { protocolVersion } from "@vitrine/core";
import { WebSocket } from "ws";
import { expect, test } from "vitest";
import { BarePage } from "../lib/bare-page.ts";
import { serve } from "../lib/serve.ts";

/** An app whose every session remembers what it was told. */
const notebook = () =>
  new Blocks(() => {
    const [line, shown] = [new Textbox({ label: "line" }), new JSONView({ label: "shown" })];
    const lines = new State<string[]>([]);
    const papers = new File({ label: "papers", fileCount: "multiple" });
    const go = new Button({ value: "Go" });
    go.click(
      (text: string, before: string[]): [string[], string[]] => [
        [...before, text],
        [...before, text],
      ],
      [line, lines],
      [shown, lines],
      { triggerMode: "multiple" },
    );
    go.click((files) => files.map(({ name }) => name), papers, shown);
    go.click(
      (text: string, { log, request }) => {
        log.info("ran");
        if (text === "fail") throw new Error("failed on purpose");
        return { seen: Object.keys(request.query) };
      },
      line,
      shown,
    );
  });

test("a hundred and eighty runs of two visitors in turn: not a byte of one among what the other gets", async () => {
  await using app = await serve(notebook());
  const [ada, eve] = [await BarePage.open(app.url), await BarePage.open(app.url)];
  const runs = Array.from({ length: 90 }, (_, n) => [
    ada.run("l0", [`ada-${n}`, null]),
    eve.run("l0", [`eve-${n}`, null]),
  ]);
  await Promise.all(runs.flat());
  expect(JSON.stringify(ada.frames)).toContain("ada-89");
  expect(JSON.stringify(ada.frames)).not.toContain("eve-");
  expect(JSON.stringify(eve.frames)).toContain("eve-89");
  expect(JSON.stringify(eve.frames)).not.toContain("ada-");
  const page = await (await fetch(app.url)).text();
  expect(page).not.toMatch(/ada-|eve-/);
});

test("who knows a session's id, but not its secret, gets nothing of it and disturbs it in nothing", async () => {
  await using app = await serve(notebook());
  const ada = await BarePage.open(app.url);
  const running = ada.start("l0", ["mine", null]);
  await ada.end(running);
  const { id } = ada.kept.session;
  const before = ada.frames.length;
  for (const secret of ["", id, "x".repeat(43), "x".repeat(128)]) {
    const kept = { session: { id, secret }, lastSeq: 0, payloads: new Map() };
    const thief = await BarePage.open(app.url, { kept });
    expect(thief.welcome?.outcome).toBe("new");
    thief.send({ type: "cancel", jobId: running });
    await thief.until(() => thief.messages("refused").length > 0);
    expect(JSON.stringify(thief.frames)).not.toContain("mine");
    const headers = { "x-vitrine-session": `${id}.${secret || "x"}` };
    const upload = await fetch(`${app.url}upload?name=a.txt`, { method: "POST", body: "x", headers });
    expect(upload.status).toBe(401);
    await thief.close();
  }
  expect(ada.frames.length).toBe(before);
  expect(await ada.run("l0", ["still", null])).toEqual({ stage: "complete" });
});

test("secrets, and addresses of files, stand in no log and in no page", async () => {
  const logged: string[] = [];
  const write = (message: string, details?: object): void =>
    void logged.push(message, ...Object.values(details ?? {}).map((value) => String(value)));
  await using app = await serve(notebook(), { log: { info: write, warn: write, error: write } });
  const ada = await BarePage.open(app.url);
  const { secret } = ada.kept.session;
  const body = new TextEncoder().encode("text");
  const upload = await fetch(`${app.url}upload?name=a.txt`, {
    method: "POST",
    body,
    headers: ada.credentials,
  });
  const ref = (await upload.json()) as { url: string };
  const urlKey = ref.url.split("/")[1] ?? "";
  expect(await ada.run("l1", [[ref]])).toEqual({ stage: "complete" });
  expect(await ada.run("l2", ["fail"])).toMatchObject({ stage: "failed" });
  await fetch(`${app.url}${ref.url}/../..`);
  await fetch(`${app.url}files/${urlKey}/x/y`, { method: "POST" });
  const refused = new WebSocket(`${app.url.replace("http", "ws")}socket?key=${secret}`, {
    origin: "https://evil.example",
  });
  await once(refused, "error");
  const page = await (await fetch(app.url)).text();
  expect(logged.join("\n")).toContain("failed on purpose");
  for (const text of [...logged, page]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(urlKey);
  }
  expect(ref.url).not.toContain(ada.kept.session.id);
});

test("names that mean something to objects change no object, wherever they stand", async () => {
  await using app = await serve(notebook());
  const socket = new WebSocket(`${app.url.replace("http", "ws")}socket?__proto__=x&constructor=y`);
  await once(socket, "open");
  const frames: string[] = [];
  socket.on("message", (data: Buffer) => frames.push(data.toString()));
  const proto = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
  const session = `"session":{"id":"__proto__","secret":"constructor",${proto}}`;
  socket.send(`{"type":"hello","version":${protocolVersion},${session},${proto}}`);
  const trigger = `"trigger":{"blockId":"__proto__","event":"constructor","data":{${proto}},${proto}}`;
  for (const name of ["__proto__", "constructor", "toString", "l0"])
    socket.send(
      `{"type":"run","jobId":"job-${name}-x","listenerId":"${name}","payloads":[{${proto}},null],${proto},${trigger}}`,
    );
  socket.send('{"type":"cancel","jobId":"__proto__"}');
  socket.send('{"type":"run","jobId":"job-last","listenerId":"l2","payloads":["x"]}');
  while (!frames.some((frame) => frame.includes('"complete"'))) await once(socket, "message");
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(frames.filter((frame) => frame.includes('"failed"'))).toHaveLength(4);
  expect(frames.some((frame) => frame.includes("SERVER_FAILED") || frame.includes("FUNCTION_FAILED"))).toBe(
    false,
  );
  for (const path of ["assets/__proto__", "assets/constructor", "files/__proto__/constructor/x"])
    expect((await fetch(`${app.url}${path}`)).status).toBe(404);
  socket.close();
});

test("sessions asked for by made-up ids are new ones, and make room for one another", async () => {
  await using app = await serve(notebook(), { sessionCapacity: 20 });
  for (let round = 0; round < 10; round++) {
    const kept = {
      session: { id: `made-up-${round}` as never, secret: "x" },
      lastSeq: 0,
      payloads: new Map(),
    };
    const pages = await Promise.all(Array.from({ length: 15 }, () => BarePage.open(app.url, { kept })));
    for (const page of pages) expect(page.kept.session.id).not.toContain("made-up");
    await Promise.all(pages.map((page) => page.close()));
  }
  const ada = await BarePage.open(app.url);
  expect(await ada.run("l0", ["here", null])).toEqual({ stage: "complete" });
});
