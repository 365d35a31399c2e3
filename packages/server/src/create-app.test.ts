import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { App, compileApp } from "@vitrine/core";
import { Slider } from "@vitrine/components";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { createApp, type VitrineApp } from "./create-app.ts";
import { doubler, get, openSite, sendRaw, upgrade } from "./testing/open-site.ts";
import { PageClient } from "./testing/page-client.ts";
import { openProxy } from "./testing/stripping-proxy.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A server of the user's own with apps mounted in it. */
async function serveOwn(hono: Hono, apps: Readonly<Record<string, VitrineApp>>) {
  const server = serve({ fetch: hono.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  await once(server, "listening");
  for (const [path, app] of Object.entries(apps)) app.attach(server, path);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const app of Object.values(apps)) await app.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

test("apps mounted in another Hono app serve page, files and socket below their path", async () => {
  const apps = { "/demo": createApp(doubler(), { log }), "/deep/er": createApp(doubler(), { log }) };
  const own = new Hono();
  own.get("/", (context) => context.text("my own page"));
  for (const [path, app] of Object.entries(apps)) own.route(path, app);
  await using server = await serveOwn(own, apps);
  expect(await (await fetch(server.url)).text()).toBe("my own page");
  for (const path of Object.keys(apps)) {
    const html = await (await fetch(`${server.url}${path}/`)).text();
    const [, script = ""] = /src="(assets\/boot[^"]+)"/.exec(html) ?? [];
    expect((await fetch(`${server.url}${path}/${script}`)).status).toBe(200);
    const page = await PageClient.open(`${server.url}${path}`);
    expect(await page.run("l0", [8])).toBe(16);
  }
});

test("the path of a mounted app without its slash leads to the one with it", async () => {
  const app = createApp(doubler(), { log });
  await using server = await serveOwn(new Hono().route("/deep/er", app), { "/deep/er": app });
  const answer = await sendRaw(server.port, get("/deep/er"));
  expect(answer.status).toBe(308);
  expect(answer.headers["location"]).toBe("er/");
  const page = await fetch(`${server.url}/deep/er`);
  expect(page.url).toBe(`${server.url}/deep/er/`);
});

test("a mounted app refuses other sites' pages as one of its own does", async () => {
  const app = createApp(doubler(), { log });
  await using server = await serveOwn(new Hono().route("/demo", app), { "/demo": app });
  const refused = await sendRaw(
    server.port,
    upgrade("/demo/socket", { Host: `127.0.0.1:${server.port}`, Origin: "https://evil.example" }),
  );
  expect(refused.status).toBe(403);
  const unknown = await sendRaw(server.port, upgrade("/socket"));
  expect(unknown.status).toBe(404);
});

test.each([
  ["passes the host on", (headers: object, host: string) => ({ ...headers, host })],
  [
    "names the host beside its own",
    (headers: object, host: string) => ({ ...headers, host: "127.0.0.1", "x-forwarded-host": host }),
  ],
])("behind a proxy that strips /a/b and %s, everything works", async (_what, forward) => {
  await using site = await openSite();
  await using proxy = await openProxy({
    target: site.port,
    prefix: "/a/b",
    forward: (headers) => forward({ ...headers, "x-forwarded-for": "192.0.2.1" }, "demo.example"),
  });
  const html = await (await fetch(`${proxy.url}/`)).text();
  const addresses = [...html.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address);
  for (const address of addresses) {
    expect((await fetch(new URL(address, `${proxy.url}/`))).status, address).toBe(200);
  }
  const page = await PageClient.open(proxy.url, { origin: "https://demo.example" });
  expect(await page.run("l0", [6])).toBe(12);
  const evil = new PageClient(`${proxy.url}/socket`, { origin: "https://evil.example" });
  expect(await evil.closed).toBe(1006);
});

test("an app whose wiring is wrong cannot be made", () => {
  const elsewhere = new Slider();
  const app = new App(() => {
    const slider = new Slider();
    slider.change((value: number) => value, slider, elsewhere);
  });
  expect(() => createApp(app, { log })).toThrow("does not stand in the app");
});

test("an app whose first values cannot be made does not launch, and its server says it is not ready", async () => {
  class Broken extends Slider {
    override async initialPayload(): Promise<number> {
      throw new Error("no first value");
    }
  }
  const broken = () => new App(() => void new Broken());
  await expect(openSite(broken())).rejects.toThrow("no first value");
  const app = createApp(broken(), { log });
  expect((await app.request("/readyz")).status).toBe(503);
  expect((await app.request("/")).status).toBe(500);
  await app.close();
});

test("sessions go on when a reloaded app takes the place of the old one", async () => {
  const app = createApp(doubler(), { log });
  await using server = await serveOwn(new Hono().route("/", app), { "/": app });
  const page = await PageClient.open(server.url);
  expect(await page.run("l0", [2])).toBe(4);
  const host = await app.host;
  const tripled = new App({ title: "Tripler" }, () => {
    const input = new Slider();
    const output = new Slider();
    input.release((value: number) => value * 3, input, output);
  });
  await host.replaceApp(compileApp(tripled));
  expect((await page.next("appChanged")).config.title).toBe("Tripler");
  expect(await page.run("l0", [2])).toBe(6);
  expect(await (await fetch(server.url)).text()).toContain("<title>Tripler</title>");
});
