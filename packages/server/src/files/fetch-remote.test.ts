import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FileRef, FileStore } from "@vitrine/core";
import { expect, test } from "vitest";
import { keepDataUrl } from "./data-url.ts";
import { createFileStore } from "./disk-file-store.ts";
import { fetchRemote, type FetchPolicy } from "./fetch-remote.ts";

interface Setup extends AsyncDisposable {
  readonly port: number;
  /** `host:port` of the server. */
  readonly host: string;
  readonly store: FileStore;
  /** Requests the server got: method and path, with the headers that must never be sent. */
  readonly seen: string[];
  fetch(address: string, policy?: Partial<FetchPolicy>): Promise<FileRef>;
  contentOf(ref: FileRef): Promise<string>;
  filesOnDisk(): Promise<readonly string[]>;
}

/** A server on this machine, which the policy of `fetch` lets through, and a session's files. */
async function setUp(answer: RequestListener): Promise<Setup> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-fetch-"));
  const store = createFileStore({ folder });
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { cookie = "", authorization = "" } = request.headers;
    seen.push(`${request.method} ${request.url}${cookie}${authorization}`);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    port,
    host,
    store,
    seen,
    fetch: (address, policy = {}) =>
      fetchRemote(
        address,
        { files: store.of("s1") },
        { maxBytes: 100_000, allowedFetchHosts: [host], ...policy },
      ),
    contentOf: async (ref) => readFile((await store.of("s1").open(ref)).path, "utf8"),
    async filesOnDisk() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

const textAnswer: RequestListener = (_request, response) => void response.end("content");

test("a fetched file is a file of the session, named by its address", async () => {
  await using site = await setUp(textAnswer);
  const ref = await site.fetch(`http://${site.host}/folder/my%20notes.txt?x=1`);
  expect(ref).toMatchObject({ name: "my notes.txt", sizeBytes: 7, mimeType: "text/plain" });
  expect(await site.contentOf(ref)).toBe("content");
  await expect(site.store.of("s2").open(ref)).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
});

test("the name the other server gives wins", async () => {
  await using site = await setUp((_request, response) => {
    response.setHeader("content-disposition", "attachment; filename*=UTF-8''b%C3%BCrste.csv");
    response.end("a,b");
  });
  expect((await site.fetch(`http://${site.host}/export`)).name).toBe("bürste.csv");
});

test.each([
  "http://127.0.0.1:PORT/",
  "http://127.1:PORT/",
  "http://2130706433:PORT/",
  "http://0x7f.1:PORT/",
  "http://0177.0.0.1:PORT/",
  "http://0:PORT/",
  "http://0.0.0.0:PORT/",
  "http://localhost:PORT/",
  "http://localhost.:PORT/",
  "http://[::1]:PORT/",
  "http://[::]:PORT/",
  "http://[::ffff:7f00:1]:PORT/",
  "http://[::ffff:127.0.0.1]:PORT/",
  "http://[64:ff9b::7f00:1]:PORT/",
  "http://[2002:7f00:1::]:PORT/",
  "http://[fd00::1]:PORT/",
  "http://[fe80::1]:PORT/",
  "http://[fe80::1%25eth0]:PORT/",
  "http://[fec0::1]:PORT/",
  "http://[ff02::1]:PORT/",
  "http://169.254.169.254/latest/meta-data/",
  "http://168.63.129.16/metadata",
  "http://metadata.google.internal/",
  "http://100.64.0.1/",
  "http://100.100.100.200/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.1.1/",
  "http://192.0.0.192/",
  "http://198.18.0.1/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "http://240.0.0.1/",
  "http://203.0.113.1/",
  "http://user@127.0.0.1:PORT/",
  "http://user:secret@files.example/",
  "http://127.0.0.1:PORT#@good.example/",
  "http://files.example:22/",
  "http://files.example:25/",
  "ftp://files.example/x",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "blob:http://files.example/1",
  "ws://files.example/",
  "gopher://files.example/",
  "//files.example/x",
  "/etc/passwd",
  "",
])("%s is refused, and nothing is touched", async (address) => {
  await using site = await setUp(textAnswer);
  const asked = address.replace("PORT", String(site.port));
  await expect(site.fetch(asked, { allowedFetchHosts: [] })).rejects.toMatchObject({
    code: "FILE_FETCH_REFUSED",
  });
  expect(site.seen).toEqual([]);
  expect(await site.filesOnDisk()).toEqual([]);
});

test("open ports, closed ports and names that do not exist are refused in the same words", async () => {
  await using site = await setUp(textAnswer);
  await using gone = await setUp(textAnswer);
  const closedPort = gone.port;
  await gone[Symbol.asyncDispose]();
  const refusals = [`127.0.0.1:${site.port}`, `127.0.0.1:${closedPort}`, "no-such-name.invalid"].map((host) =>
    site.fetch(`http://${host}/`, { allowedFetchHosts: [] }).then(String, String),
  );
  const [open, ...others] = await Promise.all(refusals);
  expect(open).toContain("no address on the public internet");
  expect(others).toEqual([open, open]);
});

test("a name that is allowed stands for itself only", async () => {
  await using site = await setUp(textAnswer);
  const resolveHost = async () => [{ address: "127.0.0.1", family: 4 }];
  const policy = { allowedFetchHosts: ["Files.Intranet"], resolveHost };
  const ref = await site.fetch(`http://files.intranet:${site.port}/a.txt`, policy);
  expect(await site.contentOf(ref)).toBe("content");
  for (const name of ["files.intranet.example", "xfiles.intranet", "intranet"]) {
    await expect(site.fetch(`http://${name}:${site.port}/`, policy)).rejects.toMatchObject({
      code: "FILE_FETCH_REFUSED",
    });
  }
  expect(site.seen).toEqual(["GET /a.txt"]);
});

test("a name is asked for once, and only what it meant then is connected to", async () => {
  await using site = await setUp(textAnswer);
  const answers = ["127.0.0.1", "127.0.0.9"];
  const asked: string[] = [];
  const resolveHost = async (name: string) => {
    asked.push(name);
    return [{ address: answers[asked.length - 1] ?? "", family: 4 }];
  };
  // Nothing by this name exists for the system's resolver: it is not asked.
  const address = `http://rebinding.invalid:${site.port}/a.txt`;
  const ref = await site.fetch(address, { allowedFetchHosts: ["rebinding.invalid"], resolveHost });
  expect(await site.contentOf(ref)).toBe("content");
  expect(asked).toEqual(["rebinding.invalid"]);
});

test("one private address among public ones refuses the name", async () => {
  await using site = await setUp(textAnswer);
  const resolveHost = async () => [
    { address: "93.184.216.34", family: 4 },
    { address: "127.0.0.1", family: 4 },
  ];
  await expect(site.fetch(`http://both.example:${site.port}/`, { resolveHost })).rejects.toMatchObject({
    code: "FILE_FETCH_REFUSED",
  });
  expect(site.seen).toEqual([]);
});

test("redirects are followed, relative ones too, at most five of them", async () => {
  await using site = await setUp((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) return void response.end("at last");
    response.writeHead(302, {
      location: left % 2 ? String(left - 1) : `//${request.headers.host}/${left - 1}`,
    });
    response.end();
  });
  expect(await site.contentOf(await site.fetch(`http://${site.host}/5`))).toBe("at last");
  await expect(site.fetch(`http://${site.host}/6`)).rejects.toMatchObject({
    code: "FILE_FETCH_FAILED",
    message: "The file could not be fetched: there were more than 5 redirects.",
  });
});

test.each([
  ["to this machine", "http://127.0.0.1:9999/"],
  ["to a cloud's metadata", "http://169.254.169.254/latest/meta-data/"],
  ["to a file", "file:///etc/passwd"],
  ["with credentials", "http://user:secret@files.example/"],
])("a redirect %s is refused", async (_, location) => {
  await using site = await setUp((_request, response) => {
    response.writeHead(302, { location, "set-cookie": "a=b" });
    response.end();
  });
  await expect(site.fetch(`http://${site.host}/x`)).rejects.toMatchObject({ code: "FILE_FETCH_REFUSED" });
  expect(site.seen).toEqual(["GET /x"]);
});

test("no cookie of a redirect is sent back", async () => {
  await using site = await setUp((request, response) => {
    if (request.url === "/end") return void response.end("end");
    response.writeHead(302, { location: "/end", "set-cookie": "a=b" });
    response.end();
  });
  await site.fetch(`http://${site.host}/begin`);
  expect(site.seen).toEqual(["GET /begin", "GET /end"]);
});

test.each([
  ["a redirect to nowhere", 302, {}],
  ["a redirect that cannot be read", 302, { location: "http://[" }],
  ["an error", 500, {}],
  ["nothing there", 404, {}],
  ["no content", 204, {}],
  [
    "a thousand encodings",
    200,
    { "content-encoding": Array.from({ length: 1000 }, () => "gzip").join(", ") },
  ],
  ["an encoding nobody asked for", 200, { "content-encoding": "compress" }],
  ["headers of a megabyte", 200, { "x-large": "x".repeat(1_000_000) }],
])("%s is a failure", async (_, status, headers) => {
  await using site = await setUp((_request, response) => {
    response.writeHead(status, headers);
    response.end();
  });
  await expect(site.fetch(`http://${site.host}/`)).rejects.toMatchObject({ code: "FILE_FETCH_FAILED" });
  expect(await site.filesOnDisk()).toEqual([]);
});

test("a packed file is unpacked, and its size is that of its content", async () => {
  await using site = await setUp((_request, response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(gzipSync("text ".repeat(1000)));
  });
  expect((await site.fetch(`http://${site.host}/a.txt`)).sizeBytes).toBe(5000);
});

test("a small packed file that unpacks to much is cut off at the limit", async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  expect(bomb.byteLength).toBeLessThan(100_000);
  await using site = await setUp((_request, response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(bomb);
  });
  await expect(site.fetch(`http://${site.host}/`)).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
  expect(await site.filesOnDisk()).toEqual([]);
});

test("a file without end is cut off at the limit, and its connection is let go", async () => {
  let isLetGo: Promise<unknown> = Promise.reject(new Error("never asked"));
  isLetGo.catch(() => undefined);
  await using site = await setUp((_request, response) => {
    isLetGo = once(response, "close");
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(10_000)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  await expect(site.fetch(`http://${site.host}/`)).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
  await isLetGo;
  expect(await site.filesOnDisk()).toEqual([]);
});

test("a file announced as too large is not read", async () => {
  await using site = await setUp((_request, response) => {
    response.writeHead(200, { "content-length": "10000000000" });
    response.flushHeaders();
  });
  await expect(site.fetch(`http://${site.host}/`)).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
});

test("a server that sends a byte now and then is given up in time", async () => {
  await using site = await setUp((_request, response) => {
    const timer = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(timer));
  });
  await expect(site.fetch(`http://${site.host}/`, { timeoutMs: 150 })).rejects.toMatchObject({
    code: "FILE_FETCH_FAILED",
    message: "The file could not be fetched: it took too long.",
  });
  expect(await site.filesOnDisk()).toEqual([]);
});

test("a file that breaks off is a failure", async () => {
  await using site = await setUp((_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half", () => response.destroy());
  });
  await expect(site.fetch(`http://${site.host}/`)).rejects.toMatchObject({ code: "FILE_FETCH_FAILED" });
  expect(await site.filesOnDisk()).toEqual([]);
});

test("whoever goes away takes the request along", async () => {
  const controller = new AbortController();
  await using site = await setUp((_request, response) => {
    response.write("some");
    controller.abort();
  });
  const fetched = fetchRemote(
    `http://${site.host}/`,
    { files: site.store.of("s1"), signal: controller.signal },
    { maxBytes: 1000, allowedFetchHosts: [site.host] },
  );
  await expect(fetched).rejects.toMatchObject({ code: "FILE_FETCH_FAILED" });
  expect(await site.filesOnDisk()).toEqual([]);
});

test("a data: URL is kept as a file of its type", async () => {
  await using site = await setUp(textAnswer);
  const target = { files: site.store.of("s1"), maxBytes: 1000 };
  const ref = await keepDataUrl(`data:text/csv;base64,${Buffer.from("a,b").toString("base64")}`, target);
  expect(ref).toMatchObject({ name: "file.csv", mimeType: "text/csv", sizeBytes: 3 });
  expect(await site.contentOf(ref)).toBe("a,b");
  expect(await site.contentOf(await keepDataUrl("data:,hello%20you", target))).toBe("hello you");
  await expect(keepDataUrl("data:nothing", target)).rejects.toMatchObject({ code: "PAYLOAD_INVALID" });
  await expect(keepDataUrl("data:;base64,%%%", target)).rejects.toMatchObject({ code: "PAYLOAD_INVALID" });
  const large = `data:,${"x".repeat(1001)}`;
  await expect(keepDataUrl(large, target)).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
  await expect(keepDataUrl(large.repeat(10), target)).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
});
