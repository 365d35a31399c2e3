import { expect, test } from "vitest";
import { get, openSite, sendRaw, upgrade } from "../testing/open-site.ts";

const publicOrigin = "https://demo.example";

/** What a proxy on this machine sends on that passes the public name and leaves no mark of itself. */
const named = { Host: "demo.example", Accept: "text/html" };

/** What one sends on that puts the server's own address in the name's place. */
function nameless(port: number, more: Readonly<Record<string, string>> = {}) {
  return { Host: `127.0.0.1:${port}`, Origin: publicOrigin, ...more };
}

test("a proxy on this machine without a mark: the public name is refused with what to do, and allowedOrigins lets it in", async () => {
  await using careful = await openSite();
  const refused = await sendRaw(careful.port, get("/", named));
  expect(refused.status).toBe(403);
  expect(refused.body).toContain("a host name that is not this machine&#39;s");
  expect(refused.body).toContain("name the origin in `allowedOrigins`");
  await using told = await openSite(undefined, { allowedOrigins: [publicOrigin] });
  expect((await sendRaw(told.port, get("/", named))).status).toBe(200);
  const socket = upgrade("/socket", { Host: "demo.example", Origin: publicOrigin });
  expect((await sendRaw(told.port, socket)).status).toBe(101);
  const foreign = upgrade("/socket", { Host: "demo.example", Origin: "https://evil.example" });
  expect((await sendRaw(told.port, foreign)).status).toBe(403);
});

test("a proxy that hides the public name: over https the page's socket opens, over http allowedOrigins has to name it", async () => {
  await using site = await openSite();
  const port = site.port;
  // Browsers say so over https only.
  const secure = nameless(port, { "Sec-Fetch-Site": "same-origin" });
  expect((await sendRaw(port, upgrade("/socket", secure))).status).toBe(101);
  const refused = await sendRaw(port, upgrade("/socket", nameless(port)));
  expect(refused.status).toBe(403);
  expect(refused.body).toContain('"code":"ORIGIN_REFUSED"');
  await using told = await openSite(undefined, { allowedOrigins: [publicOrigin] });
  expect((await sendRaw(told.port, upgrade("/socket", nameless(told.port)))).status).toBe(101);
});

test("a proxy that tells the public name in X-Forwarded-Host needs nothing to be set", async () => {
  await using site = await openSite();
  const told = nameless(site.port, { "X-Forwarded-Host": "demo.example" });
  expect((await sendRaw(site.port, get("/", told))).status).toBe(200);
  expect((await sendRaw(site.port, upgrade("/socket", told))).status).toBe(101);
});
