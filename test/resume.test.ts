import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileStore } from "@vitrine/server";
import { Blocks, Button, createApp, launch, State, Textbox } from "vitrine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BarePage } from "./lib/bare-page.ts";
import { openProxy } from "./lib/cuttable-proxy.ts";
import { serve, type ServedApp } from "./lib/serve.ts";

// What a page gets back after its line was cut, over real sockets. The same with time under control, and with every
// place of the cut in memory, stands in core/src/runtime/app-host.test.ts.

const steps = 200;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Two hundred values, one a frame: text that grows, a list that grows, and a count. */
async function* tell(): AsyncGenerator<[string, string]> {
  let text = "";
  for (let step = 1; step <= steps; step++) {
    text += ` word${step}`;
    yield [text, `${step} of ${steps}`];
    // Longer than the shortest time between two frames.
    await pause(34);
  }
}

let hasToldMany = false;

const streaming = () =>
  new Blocks(() => {
    const [text, count] = [new Textbox({ label: "text" }), new Textbox({ label: "count" })];
    const go = new Button({ value: "Go" });
    const runs = new State(0);
    const many = { triggerMode: "multiple", concurrencyLimit: null } as const;
    go.click(() => tell(), null, [text, count], many);
    go.click((n: number): [number, string] => [n + 1, `run ${n + 1}`], runs, [runs, count], many);
    go.click(
      async function* ({ log }) {
        for (let n = 0; n < 3000; n++) log.info(`message ${n}`);
        hasToldMany = true;
        yield "after many";
      },
      null,
      count,
      many,
    );
  });

let app: ServedApp;
beforeAll(async () => {
  app = await serve(streaming());
});
afterAll(() => app[Symbol.asyncDispose]());

/** What a page shows at the end, and which numbered frames it got on all its sockets. */
interface Seen {
  readonly payloads: Record<string, unknown>;
  readonly seqs: readonly number[];
}

function numbered(page: BarePage): number[] {
  return page.frames.map(({ seq }) => seq).filter((seq) => seq > 0);
}

/** Runs the stream, cut after the frame with number `cutAfter`, and away for a moment. */
async function streamCut(cutAfter: number): Promise<Seen> {
  await using proxy = await openProxy(app.url);
  const first = await BarePage.open(proxy.url, {
    onFrame: (seq) => {
      if (seq === cutAfter) proxy.cut();
    },
  });
  const jobId = first.start("l0", []);
  await first.closed;
  proxy.mend();
  const second = await BarePage.open(proxy.url, { kept: first.kept });
  expect(second.welcome).toMatchObject({ outcome: "resumed", seq: first.lastSeq });
  expect(await second.end(jobId)).toEqual({ stage: "complete" });
  const seen = {
    payloads: Object.fromEntries(second.payloads),
    seqs: [...numbered(first), ...numbered(second)],
  };
  await second.close();
  return seen;
}

test("a stream cut after any frame ends as one that was never cut: every number once, in order", async () => {
  const whole = await BarePage.open(app.url);
  const wholeEnd = whole.run("l0", []);
  const cuts = [1, 2, 3, 5, 10, 25, 49, 50, 51, 75, 99, 100, 101, 130, 150, 175, 195, 199, 200, 201];
  const seen = await Promise.all(cuts.map((cut) => streamCut(cut)));
  expect(await wholeEnd).toEqual({ stage: "complete" });
  const shown = Object.fromEntries(whole.payloads);
  expect(Object.values(shown)).toContain("200 of 200");
  for (const { payloads, seqs } of seen) {
    expect(payloads).toEqual(shown);
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    expect(seqs.length).toBeGreaterThan(steps);
  }
  await whole.close();
});

test("a page whose line is dead without a word takes its session over at once", async () => {
  await using hole = await openBlackHole(app.url);
  const first = await BarePage.open(hole.url);
  const jobId = first.start("l0", []);
  await first.until(() => first.lastSeq > 20);
  // Nothing gets through any more, and neither end hears of it.
  hole.swallow();
  const second = await BarePage.open(app.url, { kept: first.kept });
  expect(second.welcome?.outcome).toBe("resumed");
  expect(await second.end(jobId)).toEqual({ stage: "complete" });
  expect([...second.payloads.values()]).toContain("200 of 200");
  const seqs = [...numbered(first), ...numbered(second)];
  expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  await second.close();
});

test("the older of two sockets hears 4001, and what it still sends is not done", async () => {
  const first = await BarePage.open(app.url);
  const second = await BarePage.open(app.url, { kept: first.kept });
  expect(await first.closed).toBe(4001);
  expect(await second.run("l1", [null])).toEqual({ stage: "complete" });
  expect([...second.payloads.values()]).toContain("run 1");
  await second.close();
});

test("messages that come twice are done once; a cancel before its job, and an old acknowledgement, do no harm", async () => {
  const page = await BarePage.open(app.url);
  page.send({ type: "cancel", jobId: "job-to-come" });
  const message = { type: "run", jobId: "job-to-come", listenerId: "l1", payloads: [null] };
  for (let time = 0; time < 5; time++) page.send(message);
  expect(await page.end("job-to-come")).toEqual({ stage: "complete" });
  page.send({ type: "ack", seq: page.lastSeq });
  page.send({ type: "ack", seq: 1 });
  page.send({ type: "ack", seq: 1_000_000 });
  page.send(message);
  const back = await BarePage.open(app.url, { kept: page.kept });
  back.send(message);
  expect(await back.run("l1", [null])).toEqual({ stage: "complete" });
  expect([...back.payloads.values()]).toContain("run 2");
  await back.close();
});

test("a page that missed more than is kept begins anew with the last values", async () => {
  const page = await BarePage.open(app.url);
  const kept = page.kept;
  const jobId = page.start("l2", []);
  await page.close();
  while (!hasToldMany) await pause(20);
  const back = await BarePage.open(app.url, { kept });
  await back.until(() => back.statuses.has(jobId) && [...back.payloads.values()].includes("after many"));
  expect(back.welcome?.outcome).toBe("reset");
  await back.close();
});

test("a server that starts anew in the middle of a stream: the page gets a new session, and is told so", async () => {
  const older = await launch(streaming(), { port: 0, quiet: true });
  const first = await BarePage.open(older.url);
  first.start("l0", []);
  await first.until(() => first.lastSeq > 10);
  await older.close();
  expect(await first.closed).toBe(1012);
  expect(first.messages("restart")).toHaveLength(1);
  const newer = await launch(streaming(), { port: older.port, quiet: true });
  const second = await BarePage.open(newer.url, { kept: first.kept });
  expect(second.welcome).toMatchObject({ outcome: "new", reason: "SESSION_UNKNOWN" });
  expect(await second.run("l1", [null])).toEqual({ stage: "complete" });
  await second.close();
  await newer.close();
});

test("200 pages that lose their lines at once all come back to what is theirs", async () => {
  await using proxy = await openProxy(app.url);
  const pages = await Promise.all(Array.from({ length: 200 }, () => BarePage.open(proxy.url)));
  for (const [index, page] of pages.entries())
    for (let run = 0; run <= index % 3; run++) await page.run("l1", [null]);
  proxy.cut();
  await Promise.all(pages.map((page) => page.closed));
  proxy.mend();
  const back = await Promise.all(pages.map((page) => BarePage.open(proxy.url, { kept: page.kept })));
  await Promise.all(back.map((page) => page.run("l1", [null])));
  for (const [index, page] of back.entries()) {
    expect(page.welcome?.outcome).toBe("resumed");
    expect([...page.payloads.values()]).toContain(`run ${(index % 3) + 2}`);
  }
  await Promise.all(back.map((page) => page.close()));
});

test("the same load twice: nothing that is kept grows, and when the pages have gone nothing is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-resume-"));
  const files = createFileStore({ folder });
  const vitrine = createApp(streaming(), { resumeMs: 50, sessionTtlMs: 200, files });
  const server = createHttpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  vitrine.attach(server);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const host = await vitrine.host;
  const load = async (): Promise<void> => {
    const pages = await Promise.all(Array.from({ length: 50 }, () => BarePage.open(url)));
    await Promise.all(pages.map((page) => page.run("l1", [null])));
    for (const page of pages) page.start("l0", []);
    await Promise.all(pages.map((page) => page.until(() => page.lastSeq > 5)));
    for (const page of pages) {
      const upload = { chunks: inOnePiece(Buffer.from("text")), name: "a.txt", mimeType: "", sizeBytes: 4 };
      await host.session(page.kept.session.id)?.files.receive({ ...upload, maxBytes: 100 });
    }
    expect((await filesBelow(folder)).length).toBe(50);
    await Promise.all(pages.map((page) => page.close()));
    while (host.census().stored > 0 || host.census().jobs > 0) await pause(50);
  };
  await load();
  await untilNoFiles(folder);
  const after = host.census();
  expect(after).toEqual({ sessions: 0, stored: 0, connections: 0, leaveTimers: 0, logs: 0, jobs: 0 });
  await load();
  expect(host.census()).toEqual(after);
  await untilNoFiles(folder);
  server.close();
  await vitrine.close();
  await rm(folder, { recursive: true });
});

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function untilNoFiles(folder: string): Promise<void> {
  while ((await filesBelow(folder)).length > 0) await pause(20);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  // A folder that is being deleted while it is read still holds something.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return [folder];
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

interface BlackHole {
  readonly url: string;
  /** From now on nothing is passed on, and nothing is closed. */
  swallow(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

async function openBlackHole(target: string): Promise<BlackHole> {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), "127.0.0.1");
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("data", (bytes) => {
        if (!isSwallowing) to.write(bytes);
      });
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    swallow() {
      isSwallowing = true;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
