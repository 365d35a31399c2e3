import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

// What is published is bundled, and Node runs it without the conditions the other tests run with.
const hello = `new Interface((name) => "Hello, " + name + "!", "text", "text")`;

/** Runs a script on the built packages until it has printed its address. */
async function runBuilt(script: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const exited = once(child, "exit");
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer): void => {
      output += text.toString();
      const [, found] = /Running on (\S+)\n/.exec(output) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`It ended before it ran: ${output}`)));
  });
  return {
    url,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Runs the first listener over a socket and waits for what its last output holds. */
async function greet(url: string, name: string): Promise<string> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { origin: new URL(url).origin });
  await once(socket, "open");
  socket.send('{"type":"hello","version":1}');
  socket.send(JSON.stringify({ type: "run", jobId: "first-job", listenerId: "l0", payloads: [name] }));
  let text = "";
  for await (const [data] of messages(socket)) {
    text += String(data);
    if (/"stage":"(complete|failed)"|"refused"/.test(text)) break;
  }
  socket.close();
  return text;
}

async function* messages(socket: WebSocket): AsyncGenerator<unknown[]> {
  const queue: unknown[][] = [];
  let wake = (): void => undefined;
  socket.on("message", (...message) => {
    queue.push(message);
    wake();
  });
  for (;;) {
    while (queue.length > 0) yield queue.shift() ?? [];
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

test("the built packages serve the page, its files and a result", async () => {
  await using app = await runBuilt(
    `import { Interface } from "vitrine"; await ${hello}.launch({ port: 0 });`,
  );
  const html = await (await fetch(`${app.url}/`)).text();
  const [, script = ""] = /src="(assets\/boot[^"]+)"/.exec(html) ?? [];
  expect((await fetch(`${app.url}/${script}`)).status).toBe(200);
  expect(await greet(app.url, "Ada")).toContain("Hello, Ada!");
});

test("a start loads few files, and nothing that the first page does not need", async () => {
  const hook = `export async function load(url, context, next) { process._rawDebug("Loaded " + url); return next(url, context); }`;
  await using app = await runBuilt(`
    import { createRequire, register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
    const { Interface } = await import("vitrine");
    const launched = await ${hello}.launch({ port: 0, quiet: true });
    await (await fetch(launched.url)).text();
    const required = Object.keys(createRequire(import.meta.url).cache);
    process._rawDebug(required.map((path) => "Loaded file://" + path).join("\\n"));
    console.log("Running on " + launched.url);
  `);
  const loaded = new Set(
    [...app.output().matchAll(/^Loaded file:\/\/(\S+\.[cm]?js)$/gm)].map(([, path]) => path),
  );
  const packages = [...loaded].map((path = "") => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  // What is needed later is loaded then: pictures, sanitising, the kinds of files, a build of a script.
  expect(packages.filter((name) => name !== undefined)).toEqual([]);
  expect(loaded.size).toBeGreaterThan(5);
  expect(loaded.size).toBeLessThanOrEqual(30);
});

test("the built packages come with a copy of Hono, and are mounted in an app of another", async () => {
  await using app = await runBuilt(`
    import { createAdaptorServer } from "@hono/node-server";
    import { Hono } from "hono";
    import { createApp, Interface } from "vitrine";
    const demo = createApp(${hello});
    const server = createAdaptorServer({ fetch: new Hono().route("/a/b", demo).fetch });
    demo.attach(server, "/a/b");
    server.listen(0, "127.0.0.1", () => console.log("Running on http://127.0.0.1:" + server.address().port + "/a/b"));
  `);
  const html = await (await fetch(`${app.url}/`)).text();
  const [, script = ""] = /src="(assets\/boot[^"]+)"/.exec(html) ?? [];
  expect((await fetch(`${app.url}/${script}`)).status).toBe(200);
  expect((await fetch(app.url, { redirect: "manual" })).headers.get("location")).toBe("b/");
  expect(await greet(app.url, "Ada")).toContain("Hello, Ada!");
});

test("a mistake is told in the names authors know, though the files are bundled", async () => {
  const script = `
    import { Blocks, Number, Tabs } from "vitrine";
    new Blocks(() => { new Tabs(() => { new Number(); }); });
  `;
  await expect(runBuilt(script)).rejects.toThrow("Tabs expected only Tab directly inside, got Number.");
});
