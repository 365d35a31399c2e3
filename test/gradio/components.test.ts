import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handle_file as handleFile } from "@gradio/client";
import sharp from "sharp";
import { expect, test } from "vitest";
import { firstOf, serveGradioApp, type GivenFile, type GradioClient } from "./lib.ts";

const png = await sharp({ create: { width: 4, height: 3, channels: 3, background: "red" } })
  .png()
  .toBuffer();

/** What clients send, and what they are given back for it. */
const echoed: readonly (readonly [endpoint: string, sent: unknown, given?: unknown])[] = [
  ["number", 2.5],
  ["number", null],
  ["checkbox", true],
  ["checkboxgroup", ["a", "c"]],
  ["checkboxgroup", null, []],
  ["radio", "b"],
  ["dropdown", ["a", "b"]],
  ["json", { path: "x", list: [1, null, { deep: "ü" }] }],
  ["json", null],
  ["markdown", "# Title"],
  ["html", "<b>bold</b>"],
];

test.for(echoed)("a %s travels as %j", async ([endpoint, sent, given]) => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  expect(await firstOf(client.predict(`/echo_${endpoint}`, [sent]))).toEqual(
    given === undefined ? sent : given,
  );
});

test("classes come with their confidences, best first", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const cat = { label: "cat", confidence: 0.9 };
  const dog = { label: "dog", confidence: 0.1 };
  expect(await firstOf(client.predict("/classify", []))).toEqual({ label: "cat", confidences: [cat, dog] });
});

test("a chat goes to and fro in parts, and a file in it is a link", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const said = { role: "user", metadata: null, content: [{ type: "text", text: "Hi" }], options: null };
  const answered = {
    role: "assistant",
    metadata: null,
    content: [{ type: "text", text: "1" }],
    options: null,
  };
  expect(await firstOf(client.predict("/echo_chatbot", [[said]]))).toEqual([said, answered]);
  expect(await firstOf(client.predict("/echo_chatbot", [[{ role: "user", content: "Hi" }]]))).toEqual([
    said,
    answered,
  ]);
  const [uploaded] = await upload(client, new File([png], "red.png"));
  const withFile = { role: "user", content: [{ type: "file", file: uploaded, alt_text: "a [red] one" }] };
  const [shown] = (await firstOf(client.predict("/echo_chatbot", [[withFile]]))) as [typeof said];
  expect(shown.content[0]?.text).toMatch(/^!\[a red one\]\(files\/[\w-]+\/[a-f0-9]{64}\/red\.png\)$/);
});

async function upload(client: GradioClient, file: File) {
  const answer = await client.upload_files(client.config?.root ?? "", [file]);
  return (answer.files ?? []).map((path) => ({ path, meta: { _type: "gradio.FileData" } }));
}

test("Blob, File, Buffer and a path on the caller's disk are uploaded, and come back byte for byte", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const folder = await mkdtemp(join(tmpdir(), "vitrine-gradio-"));
  const path = join(folder, "on disk.png");
  await writeFile(path, png);
  for (const sent of [
    new Blob([png]),
    new File([png], "a b#c.png", { type: "image/png" }),
    png,
    handleFile(path),
  ]) {
    const given = (await firstOf(client.predict("/echo_image", [sent]))) as GivenFile;
    expect(given).toMatchObject({
      mime_type: "image/png",
      size: png.length,
      meta: { _type: "gradio.FileData" },
    });
    const response = await fetch(given.url);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
    expect(given.path).not.toMatch(/[#?%]/);
  }
  await rm(folder, { recursive: true });
});

test("files keep their names, several come as a list, and what an output gave is taken as an input", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const one = new File(["one"], "eins ü.txt");
  const two = new File(["two"], "../../two.txt");
  const single = (await firstOf(client.predict("/echo_file", [one]))) as GivenFile;
  expect(single.orig_name).toBe("eins ü.txt");
  const files = (await firstOf(client.predict("/echo_files", [[one, two]]))) as GivenFile[];
  expect(files.map((file) => file.orig_name)).toEqual(["eins ü.txt", "two.txt"]);
  const again = (await firstOf(client.predict("/echo_files", [files]))) as GivenFile[];
  expect(again.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  expect(await (await fetch(again[1]?.url ?? "")).text()).toBe("two");
});

test("a gallery takes blobs and pictures with captions", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const sent = [new Blob([png]), new Blob([png])];
  const bare = (await firstOf(client.predict("/echo_gallery", [sent]))) as {
    image: GivenFile;
    caption: unknown;
  }[];
  expect(bare).toMatchObject([{ image: { mime_type: "image/png" }, caption: null }, { caption: null }]);
  const captioned = [{ image: new Blob([png]), caption: "red" }];
  expect(await firstOf(client.predict("/echo_gallery", [captioned]))).toMatchObject([{ caption: "red" }]);
});

test("a data: address is taken as a file", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const given = (await firstOf(client.predict("/echo_image", [{ path: null, url }]))) as GivenFile;
  expect(Buffer.from(await (await fetch(given.url)).arrayBuffer())).toEqual(png);
});

test("a part of a file is served as a part, and one beyond its end is refused", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const { url } = (await firstOf(
    client.predict("/echo_file", [new File(["0123456789"], "ten.txt")]),
  )) as GivenFile;
  const ask = (range: string) => fetch(url, { headers: { range } });
  const part = await ask("bytes=2-4");
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
    206,
    "bytes 2-4/10",
    "234",
  ]);
  expect(await (await ask("bytes=-3")).text()).toBe("789");
  expect((await ask("bytes=50-")).status).toBe(416);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
});

test("an address of this machine is fetched only where the author allows it", async () => {
  await using closed = await serveGradioApp();
  await using open = await serveGradioApp({ allowedFetchHosts: [new URL(closed.url).host] });
  const url = `${closed.url}/favicon.ico`;
  const client = await closed.connect();
  await expect(
    client.predict("/echo_file", [handleFile(`${url.replace("127.0.0.1", "[::1]")}`)]),
  ).rejects.toMatchObject({
    stage: "error",
  });
  const other = await open.connect();
  const given = (await firstOf(other.predict("/echo_file", [handleFile(url)]))) as GivenFile;
  expect(given.size).toBeGreaterThan(0);
  await expect(other.predict("/echo_file", [handleFile("http://127.0.0.1:9/x")])).rejects.toMatchObject({
    message: expect.stringContaining("address") as string,
  });
});

test("Python's types of all components are told", async () => {
  await using served = await serveGradioApp();
  const info = (await (await fetch(`${served.url}/gradio_api/info`)).json()) as {
    named_endpoints: Record<string, { returns: { component: string; python_type: { type: string } }[] }>;
  };
  const types = Object.fromEntries(
    Object.values(info.named_endpoints).flatMap(({ returns }) =>
      returns.map(({ component, python_type: type }) => [component, type.type]),
    ),
  );
  expect(types).toMatchObject({
    Textbox: "str",
    Number: "float",
    Checkbox: "bool",
    Checkboxgroup: "list[Literal['a', 'b', 'c']]",
    Radio: "Literal['a', 'b']",
    Dropdown: "list[Literal['a', 'b']]",
    Json: "str | float | bool | list | dict",
    Image: "filepath",
    File: "list[filepath]",
    Gallery: "list[dict(image: filepath, caption: str | None) | dict(video: filepath, caption: str | None)]",
  });
});
