import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { serveGradioApp } from "./lib.ts";

const run = promisify(execFile);

async function curl(...args: string[]): Promise<string> {
  const { stdout } = await run("curl", ["--silent", "--show-error", "--no-buffer", ...args]);
  return stdout;
}

const json = ["-H", "Content-Type: application/json"];

/** As Gradio's guide cuts the id out of the answer: the fourth field between quotation marks. */
async function begin(url: string, body: unknown): Promise<string> {
  const answer = await curl("-X", "POST", url, ...json, "-d", JSON.stringify(body));
  return answer.split('"')[3] ?? "";
}

test.for(["/call", "/gradio_api/call", "/gradio_api/call/", "/call/"])(
  "%s answers in two steps",
  async (path) => {
    await using served = await serveGradioApp();
    const slash = path.endsWith("/") ? "/" : "";
    const url = `${served.url}${path.replace(/\/$/, "")}/greet`;
    const id = await begin(`${url}${slash}`, { data: ["Ada", 1] });
    expect(id).toMatch(/^[a-f0-9]{32}$/);
    expect(await curl("-N", `${url}/${id}${slash}`)).toBe('event: complete\ndata: ["Hello Ada!"]\n\n');
  },
);

test("parameters by name need no order, and those with a default need not be given", async () => {
  await using served = await serveGradioApp({ path: "/a/b" });
  for (const prefix of ["/call/v2", "/gradio_api/call/v2"]) {
    const url = `${served.url}${prefix}/greet`;
    const id = await begin(url, { who: "Ada" });
    expect(await curl(`${url}/${id}`)).toContain('data: ["Hello Ada!Hello Ada!"]');
  }
  const wrong = await curl("-X", "POST", `${served.url}/call/v2/greet`, ...json, "-d", '{"whom":"Ada"}');
  expect(JSON.parse(wrong)).toEqual({
    detail: [
      { type: "value_error", loc: ["body", "whom"], msg: "There is no such parameter." },
      { type: "value_error", loc: ["body", "who"], msg: "This parameter needs a value." },
    ],
  });
});

test("a generator's values come whole, then its last once more", async () => {
  await using served = await serveGradioApp();
  const url = `${served.url}/gradio_api/call/count`;
  const id = await begin(url, { data: [2] });
  expect(await curl(`${url}/${id}`)).toBe(
    'event: generating\ndata: ["1"]\n\nevent: generating\ndata: ["2"]\n\nevent: complete\ndata: ["2"]\n\n',
  );
});

test("State is kept between calls of one session, and fresh without one", async () => {
  await using served = await serveGradioApp();
  const url = `${served.url}/call/visit`;
  const visit = async (body: object): Promise<string> =>
    curl(`${url}/${await begin(url, { data: [], ...body })}`);
  expect(await visit({ session_hash: "mine" })).toContain('["1",null]');
  expect(await visit({ session_hash: "mine" })).toContain('["2",null]');
  expect(await visit({})).toContain('["1",null]');
});

test("an error is an event, and a result is read once", async () => {
  await using served = await serveGradioApp();
  const url = `${served.url}/call/fail`;
  const id = await begin(url, { data: ["own"] });
  expect(await curl(`${url}/${id}`)).toBe(
    'event: error\ndata: {"error":"Not this one.","duration":4,"visible":true,"title":"Refused"}\n\n',
  );
  const gone = 'event: error\ndata: "404: Not Found"\n\n';
  expect(await curl(`${url}/${id}`)).toBe(gone);
  const other = await begin(url, { data: ["x"] });
  expect(await curl(`${served.url}/call/greet/${other}`)).toBe(gone);
});

test("a file is uploaded, named by its path without meta, and downloaded", async () => {
  await using served = await serveGradioApp();
  const folder = await mkdtemp(join(tmpdir(), "vitrine-curl-"));
  await writeFile(join(folder, "note.txt"), "hello");
  const [path] = JSON.parse(
    await curl("-F", `files=@${join(folder, "note.txt")}`, `${served.url}/gradio_api/upload`),
  ) as [string];
  expect(path).toMatch(/\/note\.txt$/);
  const url = `${served.url}/call/echo_file`;
  const result = await curl(`${url}/${await begin(url, { data: [{ path }] })}`);
  const [file] = JSON.parse(result.split("data: ")[1] ?? "") as [{ url: string; path: string }];
  expect(await curl(file.url)).toBe("hello");
  expect(await curl(`${served.url}/gradio_api/file=${file.path}`)).toBe("hello");
  expect(await curl(`${served.url}/gradio_api/file/${file.path}`)).toBe("hello");
  await rm(folder, { recursive: true });
});

test("a direct call answers its first value at once, and its error as 500", async () => {
  await using served = await serveGradioApp();
  for (const path of ["run", "api"]) {
    const ask = async (name: string, data: unknown[]) => served.post(`/gradio_api/${path}/${name}`, { data });
    expect(await ask("greet", ["Ada", 1])).toMatchObject({
      status: 200,
      answer: { data: ["Hello Ada!"], is_generating: false },
    });
    expect(await ask("count", [5])).toMatchObject({ answer: { data: ["1"], is_generating: true } });
    expect(await ask("fail", ["own"])).toMatchObject({ status: 500, answer: { error: "Not this one." } });
  }
  const numbered = await served.post("/gradio_api/run/predict", { data: ["Bob", 1], fn_index: 0 });
  expect(numbered.answer).toMatchObject({ data: ["Hello Bob!"] });
});
