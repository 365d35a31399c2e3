import { VitrineError } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { assertKnownHost, assertSameOrigin, isLoopbackAddress } from "./same-origin.ts";

type Headers = Readonly<Record<string, string>>;
const reader = (headers: Headers) => (name: string) => headers[name];
const policy = { allowedOrigins: ["https://intranet.example"] };

function codeOf(check: () => void): string {
  try {
    check();
    return "taken";
  } catch (error) {
    return error instanceof VitrineError ? error.code : "crashed";
  }
}
const send = (headers: Headers): string => codeOf(() => assertSameOrigin(reader(headers), policy));
const arrive = (headers: Headers, isLoopback = true): string =>
  codeOf(() => assertKnownHost(reader(headers), { ...policy, isLoopback }));

describe("a write or an upgrade is taken", () => {
  test.each<[string, Headers]>([
    ["from the page's own origin", { origin: "http://localhost:7860", host: "localhost:7860" }],
    [
      "from the page's own origin in other letters",
      { origin: "HTTP://LOCALHOST:7860", host: "localhost:7860" },
    ],
    [
      "from the page's own origin, the default port named by a proxy",
      { origin: "https://demo.example", host: "demo.example:443" },
    ],
    [
      "through a proxy that says which host was asked",
      { origin: "https://demo.example", host: "127.0.0.1:7860", "x-forwarded-host": "demo.example" },
    ],
    [
      "through two proxies",
      { origin: "https://demo.example", host: "inner", "x-forwarded-host": "demo.example, middle" },
    ],
    [
      "through a proxy that hides the host, by what the browser says",
      { origin: "https://demo.example", host: "127.0.0.1:7860", "sec-fetch-site": "same-origin" },
    ],
    [
      "from an allowed origin",
      { origin: "https://intranet.example", host: "localhost:7860", "sec-fetch-site": "cross-site" },
    ],
    ["from a program that names no origin", { host: "localhost:7860" }],
    ["typed by the visitor", { host: "localhost:7860", "sec-fetch-site": "none" }],
  ])("%s", (_what, headers) => expect(send(headers)).toBe("taken"));
});

describe("a write or an upgrade is refused", () => {
  test.each<[string, Headers]>([
    [
      "from another site",
      { origin: "https://evil.example", host: "localhost:7860", "sec-fetch-site": "cross-site" },
    ],
    ["from another port of the same machine", { origin: "http://localhost:9999", host: "localhost:7860" }],
    [
      "from a name that only begins like the host",
      { origin: "http://localhost.evil.com", host: "localhost" },
    ],
    ["from an origin with a user in it", { origin: "http://localhost@evil.com", host: "localhost" }],
    ["from a sandboxed frame", { origin: "null", host: "localhost:7860" }],
    ["from an empty origin", { origin: "", host: "localhost:7860" }],
    [
      "from two origins at once",
      { origin: "http://localhost:7860, https://evil.example", host: "localhost:7860" },
    ],
    ["with a cookie and no origin", { cookie: "session=1", host: "localhost:7860" }],
    ["from another site without an origin", { host: "localhost:7860", "sec-fetch-site": "cross-site" }],
    ["from a sister site without an origin", { host: "localhost:7860", "sec-fetch-site": "same-site" }],
    ["with a host that is no host", { origin: "http://localhost:7860", host: "localhost:7860/x" }],
    [
      "from an origin whose scheme is no web page's",
      { origin: "file://localhost:7860", host: "localhost:7860" },
    ],
    [
      "from a look-alike of an allowed origin",
      { origin: "https://intranet.example.evil.com", host: "localhost:7860" },
    ],
    [
      "from an allowed host over another scheme",
      { origin: "http://intranet.example", host: "localhost:7860" },
    ],
  ])("%s", (_what, headers) => expect(send(headers)).toBe("ORIGIN_REFUSED"));
});

describe("a request over the loopback interface", () => {
  test.each<[string, Headers]>([
    ["names the machine itself", { host: "localhost:7860" }],
    ["names the machine itself with a dot", { host: "localhost.:7860" }],
    ["names a local subdomain", { host: "demo.localhost:7860" }],
    ["names an address", { host: "127.0.0.1:7860" }],
    ["names an IPv6 address", { host: "[::1]:7860" }],
    ["names an allowed origin's host", { host: "intranet.example" }],
    ["came through a proxy", { host: "demo.example", "x-forwarded-for": "1.2.3.4" }],
    ["names nothing, as HTTP/1.0 may", {}],
  ])("is taken when it %s", (_what, headers) => expect(arrive(headers)).toBe("taken"));

  test.each<[string, Headers]>([
    ["names a host that a rebound DNS entry gave to this machine", { host: "evil.example:7860" }],
    ["names a host that only begins with localhost", { host: "localhost.evil.com" }],
    ["names two hosts", { host: "localhost, evil.example" }],
    ["names an empty host", { host: "" }],
    ["names a path", { host: "/" }],
  ])("is refused when it %s", (_what, headers) => expect(arrive(headers)).toBe("ORIGIN_REFUSED"));

  test("may come to a public address under any name", () => {
    expect(arrive({ host: "anything.example" }, false)).toBe("taken");
  });
});

test("loopback addresses are told from others", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].every(isLoopbackAddress)).toBe(true);
  expect(["10.0.0.1", "::", "128.0.0.1", "::ffff:10.0.0.1", undefined].some(isLoopbackAddress)).toBe(false);
});
