import { createHash } from "node:crypto";
import { App, VitrineError } from "@vitrine/core";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { get, openSite, request, sendRaw } from "../testing/open-site.ts";
import { createErrorHandler } from "./errors.ts";

test("what is missing answers 404 with a code, and the same bytes whatever was asked", async () => {
  await using site = await openSite();
  const paths = [
    "/nothing",
    "/%2e%2e/etc/passwd",
    "/../../etc/passwd",
    "/.env",
    "//admin",
    "/assets/../package.json",
    "/assets/%2e%2e%2fmanifest.json",
    "/assets/manifest.json",
    "/package.json",
  ];
  const bodies = await Promise.all(paths.map((path) => sendRaw(site.port, get(path))));
  for (const [index, answer] of bodies.entries()) {
    expect(answer.status, paths[index]).toBe(404);
    expect(answer.body, paths[index]).toBe(bodies[0]?.body);
  }
  expect(bodies[0]?.body).toContain('"code":"NOT_FOUND"');
});

test("a person who asks for what is missing gets a page that repeats nothing of the request", async () => {
  await using site = await openSite();
  const answer = await sendRaw(site.port, get("/<script>alert(1)</script>", { Accept: "text/html" }));
  expect(answer.status).toBe(404);
  expect(answer.headers["content-type"]).toContain("text/html");
  expect(answer.body).toContain("There is nothing at this address.");
  expect(answer.body).not.toContain("alert");
});

test("the page of an error has its own style, and its policy lets in nothing else", async () => {
  await using site = await openSite();
  const answer = await sendRaw(site.port, get("/nothing", { Accept: "text/html" }));
  const [, style = ""] = /<style>(.+)<\/style>/.exec(answer.body) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  expect(answer.headers["content-security-policy"]).toBe(
    `default-src 'none'; style-src 'sha256-${digest}'; frame-ancestors 'self'`,
  );
});

test("an address asked with a method it does not answer says which it does", async () => {
  await using site = await openSite();
  const answer = await sendRaw(site.port, request("DELETE", "/healthz"));
  expect(answer.status).toBe(405);
  expect(answer.headers["allow"]).toBe("GET");
});

test("every answer carries the headers that keep browsers careful", async () => {
  await using site = await openSite();
  for (const path of ["/healthz", "/nothing", "/favicon.ico"]) {
    const { headers } = await sendRaw(site.port, get(path));
    expect(headers, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-frame-options": "SAMEORIGIN",
    });
    expect(headers["content-security-policy"], path).toContain("default-src 'none'");
  }
});

test("no answer lets other origins read it", async () => {
  await using site = await openSite();
  const { headers } = await sendRaw(site.port, get("/healthz", { Origin: "https://evil.example" }));
  expect(headers).not.toHaveProperty("access-control-allow-origin");
});

test("a write asked for by another site's page is refused before the address is looked at", async () => {
  await using site = await openSite();
  for (const path of ["/upload", "/nothing", "/"]) {
    const answer = await sendRaw(
      site.port,
      request("POST", path, { Origin: "https://evil.example", "Content-Length": "0" }),
    );
    expect(answer.status, path).toBe(403);
    expect(answer.body, path).toContain("ORIGIN_REFUSED");
  }
});

test("a request under a name rebound to this machine is refused", async () => {
  await using site = await openSite();
  const answer = await sendRaw(site.port, get("/healthz", { Host: "evil.example" }));
  expect(answer.status).toBe(403);
});

test("a request without a usable host is answered at once and leaves the server well", async () => {
  await using site = await openSite();
  for (const host of ["", "/", "a b", "evil.example, 127.0.0.1"]) {
    const { status } = await sendRaw(site.port, get("/healthz", { Host: host }));
    expect([400, 403], `"${host}"`).toContain(status);
  }
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
});

test("the server says that it lives and that it is ready", async () => {
  await using site = await openSite();
  expect(await (await fetch(`${site.url}/healthz`)).json()).toEqual({ status: "ok" });
  expect(await (await fetch(`${site.url}/readyz`)).json()).toEqual({ status: "ready" });
});

test("while it drains the server lives but is not ready", async () => {
  await using site = await openSite();
  await site.site.drain(10);
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${site.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get("retry-after")).toBe("5");
});

test("the icon of the tab is Vitrine's unless the author gives one", async () => {
  await using site = await openSite();
  expect((await fetch(`${site.url}/favicon.ico`)).headers.get("content-type")).toBe("image/svg+xml");
  await expect(openSite(new App(), { faviconPath: "icon.exe" })).rejects.toThrow(
    'faviconPath expected a file ending in .svg, .png, .gif, .ico, got "icon.exe".',
  );
});

const failing = (isDevelopment: boolean, error: Error) => {
  const logged: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message: string, details?: object) =>
      void logged.push(`${message} ${JSON.stringify({ ...details, error: undefined })}`),
  };
  const app = new Hono().get("*", () => {
    throw error;
  });
  app.onError(createErrorHandler({ log, isDevelopment }));
  return { answer: app.request("/demo/files/secretkey/id/name.png"), logged };
};

test("an unexpected error is logged and tells the client nothing of the inside", async () => {
  const { answer, logged } = failing(false, new Error("ENOENT: /home/someone/key"));
  const response = await answer;
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain("SERVER_FAILED");
  expect(text).not.toContain("/home");
  // Whoever knows the address of a file may read it, so it stands in no log.
  expect(logged).toEqual(['A request failed {"path":"/demo/files/…"}']);
});

test("in development an unexpected error brings its message and stack", async () => {
  const { answer } = failing(true, new Error("a mistake"));
  const { error } = (await (await answer).json()) as { error: { message: string; detail: string } };
  expect(error.message).toBe("a mistake");
  expect(error.detail).toContain("routes.test.ts");
});

test("an error with a code answers with it and is not logged", async () => {
  const { answer, logged } = failing(false, new VitrineError("FILE_TOO_LARGE", { message: "Too large." }));
  const response = await answer;
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({
    error: { code: "FILE_TOO_LARGE", message: "Too large.", hint: "Choose a smaller file." },
  });
  expect(logged).toEqual([]);
});
