import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { fileRefSchema } from "@vitrine/core";
import * as v from "valibot";
import { expect, test } from "vitest";
import { serveFiles, testCredentials, untilNone } from "./serve-for-test.ts";

function head(lines: readonly string[], target = "/upload?name=x.txt"): string {
  const credentials = `x-vitrine-session: ${testCredentials["x-vitrine-session"]}`;
  return [`POST ${target} HTTP/1.1`, "Host: localhost", credentials, ...lines, "", ""].join("\r\n");
}

test("an upload of several megabytes arrives whole, under its own name, and the answer is its reference", async () => {
  await using served = await serveFiles({ maxUploadBytes: () => 20_000_000 });
  const body = Buffer.alloc(5_000_000, "0123456789");
  const name = "日本 語 100%.txt";
  const response = await fetch(`${served.origin}/upload?name=${encodeURIComponent(name)}`, {
    method: "POST",
    body,
    headers: testCredentials,
  });
  expect(response.status).toBe(201);
  const ref = v.parse(fileRefSchema, await response.json());
  expect(ref).toMatchObject({ name, sizeBytes: body.length, mimeType: "text/plain" });
  const file = await served.store.of("s1").open(ref);
  expect(body.equals(await readFile(file.path))).toBe(true);
});

test("an empty file is a file", async () => {
  await using served = await serveFiles();
  const response = await fetch(`${served.origin}/upload?name=empty.txt`, {
    method: "POST",
    headers: testCredentials,
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ sizeBytes: 0, name: "empty.txt" });
});

test.each([
  ["no credentials", {}],
  ["a wrong secret", { "x-vitrine-session": "s1.guess" }],
  ["credentials of no shape", { "x-vitrine-session": "../../x" }],
])("%s open nothing", async (_, headers) => {
  await using served = await serveFiles();
  const response = await fetch(`${served.origin}/upload?name=x.txt`, {
    method: "POST",
    body: "x",
    headers: { ...headers },
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: { code: "SESSION_UNKNOWN" } });
  expect(await served.filesOnDisk()).toEqual([]);
});

test("an upload announced as larger than the limit is refused before any of it is sent", async () => {
  await using served = await serveFiles({ maxUploadBytes: () => 1000 });
  const answer = await served.exchange(head(["Content-Length: 5000000000"]));
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('"code":"FILE_TOO_LARGE"');
  expect(answer).toContain("at most 1 kB");
  expect(await served.filesOnDisk()).toEqual([]);
});

test("an upload that announces no size is refused when it passes the limit, and nothing of it is left", async () => {
  await using served = await serveFiles({ maxUploadBytes: () => 1000 });
  const chunk = `${(600).toString(16)}\r\n${"x".repeat(600)}\r\n`;
  const answer = await served.exchange(head(["Transfer-Encoding: chunked"]) + chunk + chunk);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('"code":"FILE_TOO_LARGE"');
  await untilNone(served.filesOnDisk);
});

test("nothing is left of an upload whose connection is cut, fifty times over", async () => {
  await using served = await serveFiles();
  const part = head(["Content-Length: 100000"]) + "x".repeat(500);
  await Promise.all(Array.from({ length: 50 }, () => served.cutAfter(part)));
  await untilNone(served.filesOnDisk);
});

test("an upload from which nothing more comes is given up", async () => {
  await using served = await serveFiles({ pace: { idleMs: 50 } });
  const answer = await served.exchange(head(["Content-Length: 100000"]) + "x".repeat(500));
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"UPLOAD_CUT"');
  expect(await served.filesOnDisk()).toEqual([]);
});

test("an upload that keeps coming, but a byte at a time, is given up", async () => {
  await using served = await serveFiles({ pace: { graceMs: 100, minBytesPerSecond: 10_000 } });
  const slow = connect(Number(new URL(served.origin).port), "127.0.0.1");
  let answer = "";
  slow.setEncoding("latin1").on("data", (text: string) => (answer += text));
  slow.on("error", () => undefined);
  slow.write(head(["Content-Length: 100000"]));
  const drip = setInterval(() => slow.write("x"), 5);
  await once(slow, "close");
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"code":"UPLOAD_TOO_SLOW"');
  expect(await served.filesOnDisk()).toEqual([]);
});

test("a packed body is refused: nobody would unpack it", async () => {
  await using served = await serveFiles();
  const response = await fetch(`${served.origin}/upload?name=x`, {
    method: "POST",
    body: "x",
    headers: { ...testCredentials, "content-encoding": "gzip" },
  });
  expect(response.status).toBe(415);
});

test.each([
  ["..%2f..%2fetc%2fpasswd", "passwd"],
  ["C%3A%5Cx.txt", "x.txt"],
  ["a%22%0D%0AX-Evil%3A%20y.txt", 'a"X-Evil: y.txt'],
  ["%00", "file"],
  ["", "file"],
  [`${"n".repeat(300)}.txt`, `${"n".repeat(196)}.txt`],
])("the name %s is kept as %s, and read back under it", async (query, name) => {
  await using served = await serveFiles();
  const response = await fetch(`${served.origin}/upload?name=${query}`, {
    method: "POST",
    body: "x",
    headers: testCredentials,
  });
  const ref = v.parse(fileRefSchema, await response.json());
  expect(ref.name).toBe(name);
  expect((await fetch(`${served.origin}/${ref.url}`)).status).toBe(200);
});

test("a name that cannot be decoded is no fault of the server's", async () => {
  await using served = await serveFiles();
  const answer = await served.exchange(
    head(["Content-Length: 1", "Connection: close"], "/upload?name=%zz") + "x",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 201 /);
});
