import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { File, Slider } from "@vitrine/components";
import { App } from "@vitrine/core";
import { afterEach, expect, test, vi } from "vitest";
import { doubler, get, openSite, sendRaw, upgrade } from "../testing/open-site.ts";
import { PageClient } from "../testing/page-client.ts";
import { launch } from "./launch.ts";
import { registerLauncher } from "./launcher.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A port that another program uses. */
async function takePort(): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const other = createServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => other.close(() => resolve())) };
}

test("a port that is asked for and taken is an error that names it", async () => {
  await using other = await takePort();
  await expect(openSite(doubler(), { port: other.port })).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${other.port} of 127.0.0.1 is in use by another program.`,
  });
});

test("without a port the first free one from 7860 is taken", async () => {
  const first = await launch(doubler(), { quiet: true });
  const second = await launch(doubler(), { quiet: true });
  // Other programs take and free ports meanwhile, so which ones these are is not known.
  expect(second.port).not.toBe(first.port);
  for (const { port } of [first, second]) {
    expect(port).toBeGreaterThanOrEqual(7860);
    expect(port).toBeLessThanOrEqual(7959);
  }
  await first.close();
  await second.close();
});

test("VITRINE_PORT and VITRINE_HOST are used unless the options say otherwise", async () => {
  await using other = await takePort();
  vi.stubEnv("VITRINE_PORT", String(other.port));
  vi.stubEnv("VITRINE_HOST", "127.0.0.1");
  await expect(launch(doubler(), { quiet: true })).rejects.toMatchObject({ code: "PORT_IN_USE" });
  await using site = await openSite(doubler(), { port: 0 });
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
});

test("a VITRINE_PORT that is no port is an error that names it", async () => {
  vi.stubEnv("VITRINE_PORT", "eighty");
  await expect(launch(doubler(), { quiet: true })).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: 'VITRINE_PORT expected a number from 0 to 65535, got "eighty".',
  });
});

test("a host that is not this machine's is an error that names it", async () => {
  await expect(openSite(doubler(), { host: "203.0.113.7" })).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: 'host expected an address of this machine, got "203.0.113.7".',
  });
});

test("launch prints where the app runs, and warns when others can reach it", async () => {
  const printed: string[] = [];
  const write = vi
    .spyOn(process.stdout, "write")
    .mockImplementation((text) => printed.push(String(text)) > 0);
  const own = await launch(doubler(), { port: 0 });
  const open = await launch(doubler(), { port: 0, host: "0.0.0.0" });
  write.mockRestore();
  await own.close();
  await open.close();
  expect(printed).toEqual([
    `Running on http://127.0.0.1:${own.port}\n`,
    `Running on http://127.0.0.1:${open.port}\n`,
    "Anyone who can reach this machine can use the app: it asks for no login.\n",
  ]);
});

test("several apps share a port, each with its own sessions", async () => {
  await using site = await openSite(doubler(), { mount: { "/hello": doubler(), "deep/er": doubler() } });
  for (const path of ["", "/hello", "/deep/er"]) {
    const page = await PageClient.open(`${site.url}${path}`);
    expect(await page.run("l0", [7]), path).toBe(14);
    expect((await fetch(`${site.url}${path}/healthz`)).status, path).toBe(200);
  }
  expect((await sendRaw(site.port, upgrade("/other/socket"))).status).toBe(404);
  expect((await fetch(`${site.url}/other/`)).status).toBe(404);
});

test("a session of one app is unknown to its neighbour", async () => {
  await using site = await openSite(doubler(), { mount: { hello: doubler() } });
  const page = await PageClient.open(site.url);
  const { session } = await page.next("welcome");
  const other = new PageClient(`${site.url}/hello/socket`);
  await once(other.socket, "open");
  other.send({ type: "hello", version: 1, session });
  const welcome = await other.next("welcome");
  expect(welcome.outcome).toBe("new");
  expect(welcome.session.id).not.toBe(session.id);
});

test("a mounted app's path without its slash leads to the one with it, relatively", async () => {
  await using site = await openSite(doubler(), { mount: { "deep/hello": doubler() } });
  const answer = await sendRaw(site.port, get("/deep/hello"));
  expect(answer.status).toBe(308);
  expect(answer.headers["location"]).toBe("hello/");
});

test("an app mounted at /files and the files of the first app do not hide each other", async () => {
  const picture = new App({ title: "Root" }, () => {
    const input = new Slider();
    const output = new File();
    input.release(
      (value: number) => ({ bytes: Buffer.from(`content ${value}`), name: "result.txt" }),
      input,
      output,
    );
  });
  await using site = await openSite(picture, { mount: { files: doubler({ title: "Mounted" }) } });
  const page = await PageClient.open(site.url);
  const [, url = ""] = /"url":"(files[^"]+)"/.exec(JSON.stringify(await page.run("l0", [5]))) ?? [];
  expect(await (await fetch(`${site.url}/${url}`)).text()).toBe("content 5");
  const html = await (await fetch(`${site.url}/files/`)).text();
  expect(html).toContain("<title>Mounted</title>");
  const [, script = ""] = /src="(assets\/boot[^"]+)"/.exec(html) ?? [];
  expect((await fetch(`${site.url}/files/${script}`)).status).toBe(200);
});

test.each(["assets", "/upload/x", "../up", "a b", "", "x?y"])(
  'an app cannot be mounted at "%s"',
  async (name) => {
    await expect(openSite(doubler(), { mount: { [name]: doubler() } })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  },
);

test("close ends sockets with 1012 and frees the port", async () => {
  const site = await openSite();
  const page = await PageClient.open(site.url);
  await site.close();
  expect(await page.closed).toBe(1012);
  expect(page.messages.some((message) => message.type === "restart")).toBe(true);
  await using again = await openSite(doubler(), { port: site.port });
  expect(again.port).toBe(site.port);
});

test("close does not wait for a page that never answers", async () => {
  const site = await openSite();
  const page = await PageClient.open(site.url);
  page.socket.pause();
  await site.close();
  await expect(fetch(`${site.url}/healthz`)).rejects.toThrow();
  page.socket.terminate();
});

test("a registered launcher takes over what launch() does", async () => {
  const launched = { url: "elsewhere", port: 1, close: async () => undefined };
  const forget = registerLauncher(async () => launched);
  expect(await launch(doubler())).toBe(launched);
  forget();
  const own = await launch(doubler(), { port: 0, quiet: true });
  expect(own.url).toContain("127.0.0.1");
  await own.close();
});

const script = fileURLToPath(new URL("../testing/launch-doubler.ts", import.meta.url));

/** A process that serves the doubler; its output so far, and what it ends with. */
async function startProcess(environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ["--conditions=@vitrine/source", "--import", "tsx", script], {
    env: { ...process.env, ...environment },
  });
  let output = "";
  const ended = once(child, "exit").then(([code]) => code as number);
  const url = await new Promise<string>((resolve) => {
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    child.stdout.on("data", (text: Buffer) => {
      output += text.toString();
      const found = /Running on (\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", () => resolve(`nowhere: ${output}`));
  });
  return { child, url, ended, output: () => output };
}

test("SIGTERM lets a running job end, then the process ends with 0", async () => {
  const server = await startProcess({ SLOW_MS: "500" });
  const page = await PageClient.open(server.url);
  const result = page.run("l0", [21]);
  await page.find(
    (message): message is Extract<typeof message, { type: "status" }> =>
      message.type === "status" && message.status.stage === "running",
  );
  server.child.kill("SIGTERM");
  expect(await result).toBe(42);
  expect(await page.closed).toBe(1012);
  expect(await server.ended).toBe(0);
});

test("a second signal ends the process at once", async () => {
  const server = await startProcess({ SLOW_MS: "600000" });
  const page = await PageClient.open(server.url);
  void page.run("l0", [21]);
  await page.next("status");
  server.child.kill("SIGTERM");
  // The first signal has been handled when the server is no longer ready.
  while ((await fetch(`${server.url}/readyz`)).status === 200)
    await new Promise((resolve) => setTimeout(resolve, 20));
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(143);
});

test("a promise that a user's function forgot is logged, and the server goes on", async () => {
  const server = await startProcess({ FORGET: "1" });
  const page = await PageClient.open(server.url);
  expect(await page.run("l0", [1])).toBe(2);
  while (!server.output().includes("forgotten on purpose"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await page.run("l0", [2])).toBe(4);
  server.child.kill("SIGINT");
  expect(await server.ended).toBe(0);
});

test("an error thrown outside every function is logged, running jobs end, then the process ends with 1", async () => {
  const server = await startProcess({ SLOW_MS: "500" });
  const page = await PageClient.open(server.url);
  const result = page.run("l0", [21]);
  await page.next("status");
  server.child.kill("SIGUSR2");
  expect(await result).toBe(42);
  expect(await server.ended).toBe(1);
  expect(server.output()).toContain("thrown outside every function");
});
