import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  Blocks,
  Button,
  File,
  Interface,
  launch,
  Slider,
  State,
  Textbox,
  update,
  UserError,
} from "../index.ts";
import { connect, localFile, type JobStatus } from "./index.ts";

/** Serves an app until the test's end. */
async function serve(app: Blocks) {
  const launched = await launch(app, { port: 0, quiet: true });
  return { url: launched.url, [Symbol.asyncDispose]: () => launched.close() };
}

const greeter = new Interface(
  (name: string, intensity: number) => `Hello, ${name}${"!".repeat(intensity)}`,
  ["text", new Slider({ minimum: 1, maximum: 5, step: 1, value: 2 })],
  "text",
  { apiName: "greet", parameterNames: ["name", "intensity"] },
);

test("an endpoint is called in order, by name, and with what is left out as its default", async () => {
  await using served = await serve(greeter);
  await using app = await connect<typeof greeter>(served.url);
  expect(await app.predict("greet", "Ann", 3)).toBe("Hello, Ann!!!");
  expect(await app.call.greet({ name: "Ann" })).toBe("Hello, Ann!!");
  expect(await app.predict("greet", "Ann", undefined)).toBe("Hello, Ann!!");
  expect(app.endpoints.map(({ name }) => name)).toEqual(["greet"]);
});

test("what the compiler cannot see is refused with a code", async () => {
  await using served = await serve(greeter);
  await using app = await connect(`${served.url}/`);
  const refusals: [() => Promise<unknown>, object][] = [
    [() => app.predict("greet"), { code: "PARAMETER_MISSING", message: expect.stringContaining('"name"') }],
    [() => app.predict("greet", "Ann", 3, 4), { code: "WRONG_INPUT_COUNT" }],
    [() => app.predict("greet", 3), { code: "PAYLOAD_INVALID" }],
    [() => app.predict("greet", "Ann", 9), { code: "VALUE_OUT_OF_RANGE" }],
    [
      () => app.predict("great", "Ann"),
      { code: "UNKNOWN_ENDPOINT", message: expect.stringContaining("greet") },
    ],
    [() => app.predict("constructor"), { code: "UNKNOWN_ENDPOINT" }],
    [async () => app.call["greet"]?.({ nome: "Ann" }), { code: "PARAMETER_UNKNOWN" }],
    [() => app.predict("greet", () => "Ann"), { code: "PAYLOAD_INVALID" }],
    [() => app.predict("greet", "x".repeat(2_000_000)), { code: "PAYLOAD_TOO_LARGE" }],
  ];
  for (const [call, refusal] of refusals) await expect(call()).rejects.toMatchObject(refusal);
  expect(await app.predict("greet", "Ann")).toBe("Hello, Ann!!");
});

test("where no app answers, the client says so", async () => {
  await expect(connect("http://127.0.0.1:1")).rejects.toMatchObject({ code: "APP_UNREACHABLE" });
  await expect(connect("nowhere")).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await using served = await serve(greeter);
  await expect(connect(`${served.url}/nothing`)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an app mounted below others is reached by its own address", async () => {
  const other = new Interface((text) => text, "text", "text", { apiName: "other" });
  const launched = await launch(other, { port: 0, quiet: true, mount: { "/below/here": greeter } });
  for (const url of [`${launched.url}/below/here`, `${launched.url}/below/here/?view=api`]) {
    await using app = await connect<typeof greeter>(url);
    expect(await app.predict("greet", "Ann", 1)).toBe("Hello, Ann!");
  }
  await launched.close();
});

test("every yield arrives, however fast they come; the last is the result", async () => {
  const counter = new Interface(
    function* (to) {
      for (let n = 1; n <= to; n++) yield n;
    },
    new Slider({ minimum: 1, maximum: 2000, step: 1 }),
    "number",
    { apiName: "count" },
  );
  await using served = await serve(counter);
  await using app = await connect<typeof counter>(served.url);
  const seen: unknown[] = [];
  const job = app.submit("count", [500]);
  for await (const n of job) seen.push(n);
  expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  expect(await job.result).toBe(500);
});

/** Runs until it is cancelled; says so. */
function endless(ended: string[]) {
  return new Interface(
    async function* (name, { signal, progress, log }) {
      log.info("On my way.", { title: "Note" });
      progress(0.25);
      try {
        for (let n = 0; ; n++) {
          yield `${name}${n}`;
          await wait(5, undefined, { signal });
        }
      } finally {
        ended.push(name);
      }
    },
    "text",
    "text",
    { apiName: "run" },
  );
}

test("a signal ends a call at once, and its function on the server", async () => {
  const ended: string[] = [];
  const demo = endless(ended);
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const controller = new AbortController();
  const statuses: JobStatus[] = [];
  const toasts: unknown[] = [];
  const job = app.submit("run", ["a"], {
    signal: controller.signal,
    onStatus: (status) => statuses.push(status),
    onToast: (toast) => toasts.push(toast),
  });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const text of job) {
      seen.push(text);
      if (seen.length === 3) controller.abort(new Error("enough"));
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: "JOB_CANCELLED", cause: { message: "enough" } });
  await expect(job.result).rejects.toMatchObject({ code: "JOB_CANCELLED" });
  expect(seen).toEqual(["a0", "a1", "a2"]);
  await expect.poll(() => ended).toEqual(["a"]);
  expect(toasts).toEqual([{ level: "info", message: "On my way.", title: "Note" }]);
  expect(statuses.map(({ stage }) => stage)).toEqual(expect.arrayContaining(["running", "cancelled"]));
  expect(statuses).toContainEqual({
    stage: "running",
    progress: expect.objectContaining({ fraction: 0.25 }),
  });
});

test("leaving the loop, cancel() and close() end the function too; a signal aborted before starts nothing", async () => {
  const ended: string[] = [];
  const demo = endless(ended);
  await using served = await serve(demo);
  const app = await connect<typeof demo>(served.url);
  for await (const _text of app.submit("run", ["left"])) break;
  await expect.poll(() => ended).toEqual(["left"]);
  const job = app.submit("run", ["cancelled"]);
  const untilCancelled = (async () => {
    for await (const text of job) if (text === "cancelled1") job.cancel();
  })();
  await expect(untilCancelled).rejects.toMatchObject({ code: "JOB_CANCELLED" });
  await expect.poll(() => ended).toEqual(["left", "cancelled"]);
  const before = app.call.run({ text: "never" }, { signal: AbortSignal.abort() });
  await expect(before).rejects.toMatchObject({ code: "JOB_CANCELLED" });
  const last = app.submit("run", ["closed"]);
  const reading = (async () => {
    for await (const _text of last) app.close();
  })();
  await expect(reading).rejects.toMatchObject({ code: "JOB_CANCELLED" });
  await expect(last.result).rejects.toMatchObject({ code: "JOB_CANCELLED" });
  expect(ended).not.toContain("never");
});

test("calls of one client share a State, other clients have their own", async () => {
  const demo = new Blocks(() => {
    const [box, total, shown] = [new Slider(), new State(0), new Textbox()];
    return { add: box.release((n, sum) => [`${sum + n}`, sum + n], [box, total], [shown, total]) };
  });
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  await using other = await connect<typeof demo>(served.url);
  expect(await app.predict("add", 2)).toBe("2");
  expect(await app.predict("add", 3)).toBe("5");
  expect(await other.predict("add", 4)).toBe("4");
});

test("files go up from Blobs, bytes and paths, and come down as Blobs", async () => {
  const demo = new Interface(
    (files) => ({ name: "all.txt", bytes: Buffer.concat(files.map((file) => file.bytes)) }),
    new File({ type: "binary", fileCount: "multiple" }),
    "file",
    { apiName: "join" },
  );
  const folder = await mkdtemp(join(tmpdir(), "vitrine-connect-"));
  const path = join(folder, "c.txt");
  await writeFile(path, "from a path");
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const sent = [new Blob(["from a Blob, "]), Buffer.from("from bytes, "), localFile(path)];
  const [joined] = await app.predict("join", sent);
  expect(joined?.name).toBe("all.txt");
  if (joined) expect(await (await app.download(joined)).text()).toBe("from a Blob, from bytes, from a path");
  const missing = app.predict("join", [localFile(join(folder, "none"))]);
  await expect(missing).rejects.toMatchObject({ message: expect.stringContaining("none") });
  await using other = await connect<typeof demo>(served.url);
  if (joined) await expect(other.predict("join", [joined])).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
  await rm(folder, { recursive: true });
});

test("an author's own words and hidden failures come as errors with a code", async () => {
  const demo = new Blocks(() => {
    const box = new Textbox({ label: "Text" });
    return {
      say: box.submit(
        (): string => {
          throw new UserError("Not that.", { title: "Sorry" });
        },
        box,
        box,
      ),
      break: box.change(
        (): string => {
          throw new Error("secret of the house");
        },
        box,
        box,
      ),
    };
  });
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const said = app.predict("say", "");
  await expect(said).rejects.toMatchObject({ code: "USER_ERROR", message: "Not that.", title: "Sorry" });
  const hidden = await app.predict("break", "").catch((error: unknown) => error);
  expect(hidden).toMatchObject({ code: "FUNCTION_FAILED" });
  expect(String(hidden)).not.toContain("secret");
});

test("several outputs are a list without States and buttons; changed options alone leave a value empty", async () => {
  const demo = new Blocks(() => {
    const [a, b, c, state, button] = [new Textbox(), new Slider(), new Textbox(), new State(0), new Button()];
    return {
      many: a.submit((text) => [text, 7, 1, "Go", update({ label: "New" })], a, [a, b, state, button, c]),
      none: a.change(() => undefined, a),
    };
  });
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  expect(await app.predict("many", "x")).toEqual(["x", 7, null]);
  expect(await app.predict("none", "x")).toBeUndefined();
});

test("private endpoints are out of reach, undocumented ones are called by who knows them", async () => {
  const demo = new Blocks(() => {
    const box = new Textbox();
    box.submit((text) => `known ${text}`, box, box, { apiName: "known", apiVisibility: "undocumented" });
    box.change((text) => text, box, box, { apiName: "secret", apiVisibility: "private" });
  });
  await using served = await serve(demo);
  await using app = await connect(served.url);
  expect(app.endpoints).toEqual([]);
  expect(await app.predict("known", "x")).toBe("known x");
  await expect(app.predict("secret", "x")).rejects.toMatchObject({ code: "UNKNOWN_ENDPOINT" });
});

test("a thousand calls at once are all answered, none for another", async () => {
  const demo = new Interface(async (text) => text.toUpperCase(), "text", "text", { apiName: "shout" });
  await using served = await serve(demo);
  await using app = await connect<typeof demo>(served.url);
  const calls = Array.from({ length: 1000 }, (_, index) => app.predict("shout", `a${index}`));
  expect(await Promise.all(calls)).toEqual(calls.map((_, index) => `A${index}`));
});
