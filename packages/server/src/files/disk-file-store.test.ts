import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileStore, Upload } from "@vitrine/core";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileStore } from "./disk-file-store.ts";

let folder: string;
let store: FileStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vitrine-test-"));
  store = createFileStore({ folder });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

function upload(name: string, text: string, more: Partial<Upload> = {}): Upload {
  return { chunks: pieces(text), name, mimeType: "", sizeBytes: undefined, maxBytes: 1000, ...more };
}

/** Every file below the store, by path. */
async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("an upload is kept under its own name and read back byte for byte", async () => {
  const files = store.of("session");
  const ref = await files.receive(upload("日本 語.txt", "", { chunks: pieces("one ", "two"), sizeBytes: 7 }));
  expect(ref).toMatchObject({ kind: "file", name: "日本 語.txt", sizeBytes: 7, mimeType: "text/plain" });
  expect(ref.url).toBe(`files/${files.urlKey}/${ref.id}/${encodeURIComponent("日本 語.txt")}`);
  const file = await files.open(ref);
  expect(await readFile(file.path, "utf8")).toBe("one two");
  expect(file.path.endsWith("/日本 語.txt")).toBe(true);
  expect((await stat(file.path)).mode & 0o077).toBe(0);
});

test("a reference is good only for the session it was issued to, even for the same content", async () => {
  const mine = await store.of("a").receive(upload("x.txt", "same"));
  const theirs = await store.of("b").receive(upload("x.txt", "same"));
  expect(theirs.id).not.toBe(mine.id);
  await expect(store.of("b").open(mine)).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
  expect(store.of("b").locate(mine.id)).toBeUndefined();
});

test("files of the app are readable by every session; those of a session not by the app", async () => {
  const shared = await store.of("app").keep({ source: { bytes: Buffer.from("all") }, name: "a.txt" });
  expect((await store.of("session").open(shared)).name).toBe("a.txt");
  const own = await store.of("session").receive(upload("b.txt", "mine"));
  await expect(store.of("app").open(own)).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
});

test("the same content is kept once, each name under which it came is kept too", async () => {
  const files = store.of("session");
  const [first, again, other] = await Promise.all([
    files.receive(upload("a.txt", "content")),
    files.receive(upload("a.txt", "content")),
    files.receive(upload("b.txt", "content")),
  ]);
  expect(again).toEqual(first);
  expect((await files.open(other)).name).toBe("b.txt");
  const [one, two] = await Promise.all([files.open(first), files.open(other)]);
  expect((await stat(one.path)).ino).toBe((await stat(two.path)).ino);
  expect(await filesOnDisk()).toHaveLength(2);
});

test.each([
  ["beyond the limit", { maxBytes: 3 }, "FILE_TOO_LARGE"],
  ["shorter than announced", { sizeBytes: 50 }, "UPLOAD_CUT"],
  ["whose source fails", { chunks: failing() }, "UPLOAD_CUT"],
] as const)("an upload %s is refused and nothing of it is left", async (_, more, code) => {
  await expect(store.of("session").receive(upload("x.txt", "content", more))).rejects.toMatchObject({ code });
  expect(await filesOnDisk()).toEqual([]);
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("part");
  throw new Error("ECONNRESET");
}

test("a session's quota of bytes holds over all its uploads, also those that arrive at once; others have their own", async () => {
  const small = createFileStore({ folder, quotaBytes: 10 });
  const files = small.of("a");
  const results = await Promise.allSettled(
    ["123456", "abcdef", "uvwxyz"].map((text) => files.receive(upload("x.txt", text))),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refused = results.find((result) => result.status === "rejected");
  expect(refused?.reason).toMatchObject({ code: "FILE_QUOTA" });
  // What was refused takes no room.
  await files.receive(upload("y.txt", "4444"));
  await small.of("b").receive(upload("x.txt", "0123456789"));
  await small.close();
});

test("all sessions share the store's room: what does not fit is refused, others' files stay, and a session that ends makes room", async () => {
  const small = createFileStore({ folder, totalQuotaBytes: 10 });
  const [first, second] = [small.of("first"), small.of("second")];
  const kept = await first.receive(upload("a.txt", "123456"));
  await expect(second.receive(upload("b.txt", "abcdef"))).rejects.toMatchObject({
    code: "STORE_FULL",
    message: "The server keeps 10 bytes of files for all visitors, and this one does not fit.",
  });
  expect((await first.open(kept)).sizeBytes).toBe(6);
  // What a function made for this session gives way to what it makes next; that is nobody else's loss.
  const made = await second.keep({ source: { bytes: Buffer.from("old!") }, name: "old" });
  await second.keep({ source: { bytes: Buffer.from("new!") }, name: "new" });
  await expect(second.open(made)).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
  await small.drop("first");
  await small.drop("second");
  const third = small.of("third");
  await third.receive(upload("c.txt", "0123456789"));
  await small.close();
});

test("room reserved by uploads that are cut or dropped half-way is given back", async () => {
  const small = createFileStore({ folder, totalQuotaBytes: 10 });
  for (let round = 0; round < 5; round++) {
    const owner = `session${round}`;
    await expect(small.of(owner).receive(upload("a", "12345678", { sizeBytes: 9 }))).rejects.toMatchObject({
      code: "UPLOAD_CUT",
    });
    let arrive = (): void => undefined;
    const rest = new Promise<void>((resolve) => (arrive = resolve));
    const arriving = small.of(owner).receive({
      ...upload("b", ""),
      chunks: (async function* () {
        yield Buffer.from("12345678");
        await rest;
        yield Buffer.from("9");
      })(),
    });
    const refused = expect(arriving).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
    await small.drop(owner);
    arrive();
    await refused;
  }
  await small.of("last").receive(upload("c", "0123456789"));
  await small.close();
});

test("a session's quota of files holds, and a file it has already does not count again", async () => {
  const small = createFileStore({ folder, quotaFiles: 2 });
  const files = small.of("a");
  await files.receive(upload("1.txt", "1"));
  await files.receive(upload("1.txt", "1"));
  await files.receive(upload("2.txt", "2"));
  await expect(files.receive(upload("3.txt", "3"))).rejects.toMatchObject({ code: "FILE_QUOTA" });
  await small.close();
});

test("files that functions made give way to newer ones, the one shown longest ago first; uploads stay", async () => {
  const small = createFileStore({ folder, quotaFiles: 4, quotaBytes: 40 });
  const files = small.of("a");
  const make = (text: string) =>
    files.keep({ source: { bytes: Buffer.from(text) }, name: `${text.slice(0, 3)}.txt` });
  const uploaded = await files.receive(upload("up.txt", "uploaded"));
  const one = await make("one");
  const two = await make("two");
  await make("three");
  expect(await make("one")).toEqual(one);
  const four = await make("four");
  expect(files.locate(two.id)).toBeUndefined();
  expect([uploaded, one, four].map(({ id }) => files.locate(id)?.name)).toEqual([
    "up.txt",
    "one.txt",
    "fou.txt",
  ]);
  // By bytes as well; what is as large as all room there is besides uploads takes all of it.
  await make("x".repeat(32));
  expect([one, four].map(({ id }) => files.locate(id))).toEqual([undefined, undefined]);
  await expect(make("y".repeat(33))).rejects.toMatchObject({ code: "FILE_QUOTA" });
  const again = await make("two");
  expect(await readFile((await files.open(again)).path, "utf8")).toBe("two");
  expect((await filesOnDisk()).map((path) => basename(path)).sort()).toEqual(["two.txt", "up.txt"]);
  await small.close();
});

test("dropping a session deletes its files and no others, and refuses what is still arriving", async () => {
  const kept = await store.of("b").receive(upload("b.txt", "b"));
  const files = store.of("a");
  const ref = await files.receive(upload("a.txt", "a"));
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const arriving = files.receive(
    upload("late.txt", "", {
      chunks: (async function* () {
        yield Buffer.from("first");
        await gate;
        yield Buffer.from("second");
      })(),
    }),
  );
  const refused = expect(arriving).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
  await store.drop("a");
  go();
  await refused;
  expect(await filesOnDisk()).toEqual([(await store.of("b").open(kept)).path]);
  expect(store.byUrlKey(files.urlKey)).toBeUndefined();
  await expect(store.of("a").open(ref)).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
});

test("closing deletes the store's own folder and nothing beside it", async () => {
  await writeFile(join(folder, "somebody-elses.txt"), "stays");
  const other = createFileStore({ folder });
  const ref = await other.of("a").receive(upload("a.txt", "a"));
  const { path } = await other.of("a").open(ref);
  await other.close();
  expect(existsSync(path)).toBe(false);
  expect(await readFile(join(folder, "somebody-elses.txt"), "utf8")).toBe("stays");
});

test("a file's type is read from its content; its name counts only where content cannot tell", async () => {
  const files = store.of("session");
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const typeOf = async (name: string, bytes: Buffer): Promise<string> =>
    (await files.keep({ source: { bytes }, name })).mimeType;
  expect(await typeOf("picture.txt", png)).toBe("image/png");
  expect(await typeOf("no-extension", png)).toBe("image/png");
  expect(await typeOf("fake.png", Buffer.from("<script>alert(1)</script>"))).toBe("text/plain");
  expect(await typeOf("fake.jpg", Buffer.from([0, 1, 2, 3]))).toBe("application/octet-stream");
  expect(await typeOf("table.csv", Buffer.from("a,b\n1,2"))).toBe("text/csv");
  expect(await typeOf("page.html", Buffer.from("<p>hello"))).toBe("text/html");
  expect(
    await typeOf(
      "drawing.svg",
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    ),
  ).toBe("image/svg+xml");
  expect(await typeOf("letter.docx", Buffer.from("PK\u0003\u0004 broken"))).not.toMatch(/html|script/);
  expect(await typeOf("notes", Buffer.from("žluťoučký kůň"))).toBe("text/plain");
});

test("a function's file is copied: what happens to the original later changes nothing", async () => {
  const path = join(folder, "result.txt");
  await writeFile(path, "first");
  const ref = await store.of("session").keep({ source: { path } });
  await writeFile(path, "second");
  expect(ref.name).toBe("result.txt");
  expect(await readFile((await store.of("session").open(ref)).path, "utf8")).toBe("first");
});

test("a function that returns the path it was given shows the same file, without another copy", async () => {
  const files = store.of("session");
  const ref = await files.receive(upload("con.txt", "text"));
  const { path } = await files.open(ref);
  expect(await files.keep({ source: { path } })).toEqual(ref);
});

test("relative paths count from the working directory, and file: urls are paths", async () => {
  const files = store.of("session");
  expect((await files.keep({ source: { path: "package.json" } })).name).toBe("package.json");
  const path = join(folder, "with space.txt");
  await writeFile(path, "x");
  expect((await files.keep({ source: { path: pathToFileURL(path).href } })).name).toBe("with space.txt");
});

test.each([
  ["a file outside the app's folders", "/etc/passwd"],
  ["a way out of the working directory", "../../../../../../../../etc/passwd"],
  ["a url", "http://169.254.169.254/latest"],
  ["a data url", "data:text/plain,hello"],
  ["a hidden file of the working directory", ".npmrc"],
  ["a file of a hidden folder", ".git/config"],
  ["a path with a null byte", "package.json\0.png"],
  ["a device", "/dev/zero"],
  ["a missing file", "no-such-file.txt"],
  ["a folder", "packages"],
])("%s is not shown", async (_, path) => {
  await expect(store.of("session").keep({ source: { path } })).rejects.toMatchObject({
    code: "VALUE_NOT_SHOWN",
  });
  expect(await filesOnDisk()).toEqual([]);
});

test("a link is judged by where it leads", async () => {
  await symlink("/etc/passwd", join(folder, "innocent.txt"));
  await expect(
    store.of("session").keep({ source: { path: join(folder, "innocent.txt") } }),
  ).rejects.toMatchObject({
    code: "VALUE_NOT_SHOWN",
  });
});

test("allowedPaths opens a folder, not those whose name begins alike; the author's own files need none", async () => {
  await mkdir("/var/tmp/vitrine-allowed", { recursive: true });
  await mkdir("/var/tmp/vitrine-allowed-secret", { recursive: true });
  await writeFile("/var/tmp/vitrine-allowed/a.txt", "a");
  await writeFile("/var/tmp/vitrine-allowed-secret/b.txt", "b");
  const open = createFileStore({ folder, allowedPaths: ["/var/tmp/vitrine-allowed"] });
  const keep = (path: string) => open.of("session").keep({ source: { path } });
  expect((await keep("/var/tmp/vitrine-allowed/a.txt")).name).toBe("a.txt");
  await expect(keep("/var/tmp/vitrine-allowed-secret/b.txt")).rejects.toMatchObject({
    code: "VALUE_NOT_SHOWN",
  });
  expect(
    (await open.of("app").keep({ source: { path: "/var/tmp/vitrine-allowed-secret/b.txt" } })).name,
  ).toBe("b.txt");
  await open.close();
  await rm("/var/tmp/vitrine-allowed", { recursive: true });
  await rm("/var/tmp/vitrine-allowed-secret", { recursive: true });
});
