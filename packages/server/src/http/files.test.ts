import { rm, symlink } from "node:fs/promises";
import { toFileId, type FileRef } from "@vitrine/core";
import { expect, test } from "vitest";
import { serveFiles, type ServedFiles } from "./serve-for-test.ts";

const text = "0123456789";

function keep(served: ServedFiles, name: string, bytes: string | Uint8Array = text): Promise<FileRef> {
  return served.store.of("s1").keep({ source: { bytes: Buffer.from(bytes) }, name });
}

test("a file is served whole, for this browser only and for ever", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const response = await fetch(`${served.origin}/${ref.url}`);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(text);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-length": "10",
    "content-disposition": 'inline; filename="digits.txt"',
    "cache-control": "private, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "accept-ranges": "bytes",
    etag: `"${ref.id}"`,
  });
});

test("HEAD tells the same and sends nothing", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const response = await fetch(`${served.origin}/${ref.url}`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe("10");
  expect(await response.text()).toBe("");
});

test.each([
  ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=-2", 206, "89", "bytes 8-9/10"],
  ["bytes=8-99", 206, "89", "bytes 8-9/10"],
  ["bytes=10-", 416, "", "bytes */10"],
  ["bytes=5-2", 416, "", "bytes */10"],
  ["bytes=-", 200, text, null],
  ["bytes=0-1-2", 200, text, null],
  ["bytes=9e99-", 200, text, null],
  ["lines=1-2", 200, text, null],
  ["bytes=0-0,2-3", 200, text, null],
  [`bytes=${"0-0,".repeat(2000)}`, 200, text, null],
])("the range %s is answered %i", async (...[range, status, body, contentRange]) => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const response = await fetch(`${served.origin}/${ref.url}`, { headers: { range } });
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(body);
  expect(response.headers.get("content-range")).toBe(contentRange);
});

test("a range of another version is answered with the whole file, one of this version with the range", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const ask = (ifRange: string) =>
    fetch(`${served.origin}/${ref.url}`, { headers: { range: "bytes=0-1", "if-range": ifRange } });
  expect((await ask(`"${ref.id}"`)).status).toBe(206);
  expect((await ask('"other"')).status).toBe(200);
});

test("a browser that has the file is told so", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const response = await fetch(`${served.origin}/${ref.url}`, {
    headers: { "if-none-match": `"${ref.id}"` },
  });
  expect(response.status).toBe(304);
});

test.each([
  ["page.html", "<script>alert(1)</script>", "application/octet-stream"],
  ["page.xhtml", "<html xmlns='http://www.w3.org/1999/xhtml'/>", "application/octet-stream"],
  ["feed.xml", "<?xml version='1.0'?><a/>", "application/octet-stream"],
  ["code.js", "alert(1)", "application/octet-stream"],
  ["page.mhtml", "MIME-Version: 1.0\n\n<script>", "application/octet-stream"],
  ["drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"],
])("%s is saved, never shown as a page", async (name, content, type) => {
  await using served = await serveFiles();
  const ref = await keep(served, name, content);
  const { headers } = await fetch(`${served.origin}/${ref.url}`);
  expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
  expect(headers.get("content-type")).toBe(type);
  expect(headers.get("content-security-policy")).toMatch(/sandbox; default-src 'none'/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("?download saves what would be shown", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "digits.txt");
  const { headers } = await fetch(`${served.origin}/${ref.url}?download`);
  expect(headers.get("content-disposition")).toBe('attachment; filename="digits.txt"');
});

test.each(["日本 語.txt", "100%.txt", "a..b.txt", ".hidden.txt", "a'b;c\".txt", "%2e%2e.txt", "a#b?c&d.txt"])(
  "the name %s reaches the browser whole",
  async (name) => {
    await using served = await serveFiles();
    const ref = await keep(served, name);
    const response = await fetch(`${served.origin}/${ref.url}`);
    expect(response.status).toBe(200);
    const disposition = response.headers.get("content-disposition") ?? "";
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
    const quoted = /filename="((?:[^"\\]|\\.)*)"/.exec(disposition)?.[1]?.replaceAll("\\", "");
    expect(encoded === undefined ? quoted : decodeURIComponent(encoded)).toBe(name);
  },
);

test("no path of a request leads anywhere but to a file that was issued", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "a.txt");
  const { urlKey } = served.store.of("s1");
  const other = served.store.of("s2").urlKey;
  const base = `/files/${urlKey}/${ref.id}`;
  const changed = ref.id.startsWith("0") ? `1${ref.id.slice(1)}` : `0${ref.id.slice(1)}`;
  const targets = [
    `${base}/../../../../etc/passwd`,
    `${base}/%2e%2e%2f%2e%2e%2fetc%2fpasswd`,
    `${base}/..%5c..%5cwin.ini`,
    `${base}/%252e%252e%252fa.txt`,
    `${base}/%c0%ae%c0%ae/a.txt`,
    `${base}/A.TXT`,
    `${base}/a.txt%00`,
    `${base}/a.txt::$DATA`,
    `${base}/a.txt.`,
    `${base}/a.txt%20`,
    `${base}/%zz`,
    `${base}/`,
    `/files/${urlKey}/${changed}/a.txt`,
    `/files/${other}/${ref.id}/a.txt`,
    `/files/${urlKey}/__proto__/a.txt`,
    `/files/constructor/${ref.id}/a.txt`,
    "/files//10.0.0.5/share/x",
    "/files/http://example.com/x/y",
    "/files/..%2f..%2f/etc/passwd",
    "/files/%2fetc/%2e%2e/passwd",
  ];
  for (const target of targets) {
    const answer = await served.exchange(
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(answer, target).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer, target).not.toMatch(/^location:/im);
  }
});

test("a link that took the place of a file is not followed; a dropped session's files are gone", async () => {
  await using served = await serveFiles();
  const ref = await keep(served, "a.txt");
  const { path } = await served.store.of("s1").open(ref);
  await rm(path);
  await symlink("/etc/passwd", path);
  expect((await fetch(`${served.origin}/${ref.url}`)).status).toBe(404);
  const second = await keep(served, "b.txt");
  await served.store.drop("s1");
  expect((await fetch(`${served.origin}/${second.url}`)).status).toBe(404);
  expect(served.store.of("s1").locate(toFileId(second.id))).toBeUndefined();
});
