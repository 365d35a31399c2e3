import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { build } from "esbuild";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { Blocks, createApp, Interface, Slider, State, Textbox } from "vitrine";
import { connect } from "vitrine/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../lib/browser.ts";
import { openProxy } from "../lib/cuttable-proxy.ts";
import { serve } from "../lib/serve.ts";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "..", "dist", "typed-client");
beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

function counter() {
  return new Interface(
    async function* (to, { signal }) {
      for (let n = 1; n <= to; n++) {
        yield n;
        await wait(10, undefined, { signal });
      }
    },
    new Slider({ minimum: 1, maximum: 1000, step: 1 }),
    "number",
    { apiName: "count", parameterNames: ["to"] },
  );
}

test("a call goes on over a drop: every result arrives, once and in order, and nothing runs twice", async () => {
  let runs = 0;
  const demo = new Blocks(() => {
    const [to, shown, visits] = [new Slider({ maximum: 1000 }), new Textbox(), new State(0)];
    return {
      count: to.release(
        async function* (n, before, { signal }) {
          runs++;
          for (let at = 1; at <= n; at++) {
            yield [`${before}:${at}`, before + 1];
            await wait(10, undefined, { signal });
          }
        },
        [to, visits],
        [shown, visits],
      ),
    };
  });
  await using served = await serve(demo);
  await using proxy = await openProxy(served.url);
  const states: string[] = [];
  await using app = await connect<typeof demo>(proxy.url, { onState: ({ stage }) => states.push(stage) });
  const seen: string[] = [];
  for await (const text of app.submit("count", [60])) {
    seen.push(text);
    if (seen.length === 10 || seen.length === 30) {
      proxy.cut();
      setTimeout(() => proxy.mend(), 50);
    }
  }
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => `0:${index + 1}`));
  expect(states.filter((stage) => stage === "reconnecting").length).toBeGreaterThanOrEqual(2);
  // The session is the one it was, with its State.
  expect(await app.predict("count", 1)).toBe("1:1");
  expect(runs).toBe(2);
});

test("a call begun while the line is down is made when it is back", async () => {
  await using served = await serve(counter());
  await using proxy = await openProxy(served.url);
  await using app = await connect(proxy.url);
  proxy.cut();
  const call = app.predict("count", 2);
  await wait(100);
  proxy.mend();
  expect(await call).toBe(2);
});

test("after the server was replaced, a call that ran ends with WORKER_LOST, and new calls are answered", async () => {
  const first = await serve(counter());
  const { port } = new URL(first.url);
  await using app = await connect(first.url);
  const job = app.submit("count", [1000]);
  const reading = (async () => {
    for await (const n of job) if (n === 3) void first[Symbol.asyncDispose]();
  })();
  const lost = expect(reading).rejects.toMatchObject({
    code: expect.stringMatching(/WORKER_LOST|JOB_CANCELLED/),
  });
  await expect
    .poll(() =>
      fetch(first.url).then(
        () => "up",
        () => "down",
      ),
    )
    .toBe("down");
  await using _second = await serve(counter(), { port: Number(port) });
  await lost;
  expect(await app.predict("count", 2)).toBe(2);
});

test("a program that closes its client ends by itself, from the sources and from the built package", async () => {
  await using served = await serve(counter());
  const script = `
    import { connect } from "vitrine/client";
    const app = await connect(${JSON.stringify(served.url)});
    console.log(await app.predict("count", 3));
    app.close();
  `;
  await writeFile(join(folder, "ends.mjs"), script);
  const conditions = [["--conditions=@vitrine/source", "--import", "tsx"], []];
  for (const args of conditions) {
    const { stdout } = await run(process.execPath, [...args, join(folder, "ends.mjs")], {
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    expect(stdout.trim()).toBe("3");
  }
});

test("bundled for a browser it needs nothing of Node, and calls the app from its own page", async () => {
  const script = `
    import { connect } from "vitrine/client";
    const app = await connect("../app/");
    const seen = [];
    for await (const n of app.submit("count", { to: 3 })) seen.push(n);
    document.querySelector("main").textContent = JSON.stringify(seen);
    app.close();
  `;
  await writeFile(join(folder, "page.mjs"), script);
  for (const conditions of [["@vitrine/source"], []]) {
    const { outputFiles, metafile } = await build({
      entryPoints: [join(folder, "page.mjs")],
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes("node_modules/ws/"))).toEqual([]);
    expect(await shownByPage(outputFiles[0]?.text ?? "")).toBe("[1,2,3]");
  }
});

/** What a page of one's own shows that has run a script, beside the app in one server. */
async function shownByPage(script: string): Promise<string> {
  const demo = createApp(counter());
  const site = new Hono()
    .get("/page/", (context) =>
      context.html('<main data-connection="open"></main><script type="module" src="page.js"></script>'),
    )
    .get("/page/page.js", (context) => context.body(script, 200, { "content-type": "text/javascript" }))
    .route("/app", demo);
  const server = createAdaptorServer({ fetch: site.fetch }) as Server;
  demo.attach(server, "/app");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using browser = await openBrowser();
  const page = await browser.visit(`http://127.0.0.1:${port}/page/`);
  await expect.poll(() => page.locator("main").innerText()).toContain("]");
  const text = await page.locator("main").innerText();
  await page.context().close();
  server.close();
  await demo.close();
  return text;
}
