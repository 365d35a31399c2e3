// Long because it is the one place that shows the whole table of bad input: what came, the code, and the words.
import { once } from "node:events";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import {
  Blocks,
  Button,
  CheckboxGroup,
  Dropdown,
  File,
  Gallery,
  Image,
  JSON as JSONView,
  Number as NumberBox,
  Radio,
  Slider,
  Textbox,
  UserError,
} from "vitrine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Command, ScriptFolder } from "../packages/vitrine/src/cli/testing/command.ts";
import type { JobStatus } from "@vitrine/core";
import { BarePage } from "./lib/bare-page.ts";
import { serve, type ServedApp } from "./lib/serve.ts";

// Everything a visitor, a script or a network can send that is wrong: what it is answered with, in code and words; that
// the process lives; and that the visitor next to it notices nothing. One launched app takes all of it, one case after
// another. More of the same stands beside the sources: server/src/http/{files,upload,routes}.test.ts for raw paths,
// ranges and uploads, server/src/socket/socket-server.test.ts for handshakes and rates, components/src/*/*.test.ts for
// each component's own limits, vitrine/src/cli/*.test.ts for scripts.

const maxUploadBytes = 300_000;

function* yieldsThenThrows() {
  yield "so far";
  throw new Error("secret of the author");
}

/** Throws whatever it is given, as scripts in JavaScript do. */
function throwValue(value: unknown): never {
  // oxlint-disable-next-line typescript/only-throw-error
  throw value;
}

const demo = new Blocks({ title: "Bad input" }, () => {
  const go = new Button({ value: "Go" });
  const shown = new JSONView({ label: "shown" });
  const words = new Textbox({ label: "words" });
  const [one, two] = [new Textbox({ label: "one" }), new Textbox({ label: "two" })];
  const echo = (value: unknown) => ({ received: value });
  const options = (apiName: string) => ({ apiName, triggerMode: "multiple" as const });

  const guests = new NumberBox({ label: "guests", minimum: 0, maximum: 10 });
  const level = new Slider({ label: "level", minimum: 0, maximum: 100 });
  const note = new Textbox({ label: "note", maxLength: 100 });
  const size = new Radio({ label: "size", choices: ["small", "large"] });
  const colour = new Dropdown({ label: "colour", choices: ["red", "green"] });
  const extras = new CheckboxGroup({ label: "extras", choices: ["milk", "sugar"] });
  const data = new JSONView({ label: "data" });
  go.click(echo, guests, shown, options("number"));
  go.click(echo, level, shown, options("slider"));
  go.click(echo, note, shown, options("text"));
  go.click(echo, size, shown, options("radio"));
  go.click(echo, colour, shown, options("dropdown"));
  go.click(echo, extras, shown, options("checkboxes"));
  go.click(echo, data, shown, options("json"));

  const picture = new Image({ label: "picture", type: "pixels" });
  const album = new Gallery({ label: "album" });
  const papers = new File({ label: "papers", fileCount: "multiple" });
  go.click((pixels) => `${pixels.width} × ${pixels.height}`, picture, words, options("image"));
  go.click((pictures) => `${pictures.length} pictures`, album, words, options("gallery"));
  go.click((files) => `${files.length} files`, papers, words, options("files"));

  go.click(() => throwValue(new Error("secret of the author")), null, words, options("throwsError"));
  go.click(() => throwValue(new UserError("Only on weekdays.")), null, words, options("throwsUserError"));
  go.click(() => throwValue("secret text"), null, words, options("throwsText"));
  go.click(() => throwValue(undefined), null, words, options("throwsNothing"));
  go.click(yieldsThenThrows, null, words, options("throwsAfterYield"));
  go.click(() => new Promise<string>(() => undefined), null, words, {
    ...options("neverEnds"),
    maxSeconds: 0.2,
  });
  const returnsAny = (value: unknown) => (): [string, string] => value as [string, string];
  go.click(returnsAny(["only one"]), null, [one, two], options("tooFew"));
  go.click(returnsAny(["1", "2", "3"]), null, [one, two], options("tooMany"));
  go.click(returnsAny("bare"), null, [one, two], options("notAnArray"));
  go.click(returnsAny(undefined), null, [one, two], options("returnsNothing"));
  go.click((): number => ({ not: "a number" }) as never, null, guests, options("cannotShow"));
  go.click((): string => Symbol("sign") as never, null, shown, options("cannotShowSymbol"));
});

let served: ServedApp;
let visitor: BarePage;
let neighbour: BarePage;
const listeners = new Map<string, string>();

beforeAll(async () => {
  served = await serve(demo, { maxUploadBytes, log: { info: ignore, warn: ignore, error: ignore } });
  const html = await (await fetch(served.url)).text();
  const [, text = "{}"] = /id="vitrine-config">([^<]*)</.exec(html) ?? [];
  const config = JSON.parse(text) as { listeners: { id: string; apiName?: string }[] };
  for (const { id, apiName } of config.listeners) listeners.set(apiName ?? "", id);
  neighbour = await BarePage.open(served.url);
  visitor = await BarePage.open(served.url);
});
afterAll(async () => {
  await Promise.all([neighbour.close(), visitor.close()]);
  await served[Symbol.asyncDispose]();
});

function ignore(): void {
  // What the author finds in the log is tested beside the runtime.
}

function listener(name: string): string {
  const id = listeners.get(name);
  if (id === undefined) throw new Error(`The app has no listener ${name}.`);
  return id;
}

/** The visitor next to it got nothing of what happened, and its own work goes on. */
async function neighbourNoticesNothing(): Promise<void> {
  const strangers = neighbour.frames.filter(({ message }) => message.type !== "welcome");
  expect(strangers).toEqual([]);
  expect(await neighbour.run(listener("number"), [4])).toEqual({ stage: "complete" });
  neighbour.frames.length = 0;
}

/** Sends a payload as text, since much of what is wrong cannot be made by JSON.stringify. */
async function answerTo(name: string, payloadText: string): Promise<string> {
  const jobId = `job-${performance.now()}`.replace(".", "-");
  const head = `{"type":"run","jobId":"${jobId}","listenerId":"${listener(name)}","payloads":[`;
  visitor.socket.send(`${head}${payloadText}]}`);
  return describeEnd(await visitor.end(jobId));
}

function describeEnd(status: JobStatus): string {
  return status.stage === "failed" ? `${status.error.code}: ${status.error.message}` : status.stage;
}

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("a payload", () => {
  test.each<[what: string, listener: string, payload: string, answer: string]>([
    ["text for a number", "number", '"12"', 'PAYLOAD_INVALID: "guests" expected a number, got "12".'],
    ["a list for a number", "number", "[1]", 'PAYLOAD_INVALID: "guests" expected a number, got a list.'],
    [
      "nothing where a number is needed",
      "number",
      "null",
      'VALUE_REQUIRED: "guests" expected a number, got none.',
    ],
    [
      "a number too large for JSON",
      "number",
      "1e999",
      'PAYLOAD_INVALID: "guests" expected a finite number, got Infinity.',
    ],
    ["not a number, as text", "number", '"NaN"', 'PAYLOAD_INVALID: "guests" expected a number, got "NaN".'],
    [
      "a number out of range",
      "number",
      "11",
      'VALUE_OUT_OF_RANGE: "guests" expected a number from 0 to 10, got 11.',
    ],
    [
      "a number below the range",
      "slider",
      "-1",
      'VALUE_OUT_OF_RANGE: "level" expected a number from 0 to 100, got -1.',
    ],
    ["a slider at null", "slider", "null", 'PAYLOAD_INVALID: "level" expected a number, got nothing.'],
    ["an object for text", "text", '{"toString":1}', 'PAYLOAD_INVALID: "note" expected text, got an object.'],
    [
      "text that is too long",
      "text",
      `"${"x".repeat(101)}"`,
      'VALUE_OUT_OF_RANGE: "note" expected at most 100 characters, got 101.',
    ],
    [
      "text of half a megabyte for a number",
      "number",
      `"${"x".repeat(500_000)}"`,
      'PAYLOAD_INVALID: "guests" expected a number, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx….',
    ],
    [
      "a choice nobody offered",
      "radio",
      '"/etc/passwd"',
      'CHOICE_UNKNOWN: "size" expected one of "small", "large", got "/etc/passwd".',
    ],
    [
      "a choice of a list nobody offered",
      "dropdown",
      '"blue"',
      'CHOICE_UNKNOWN: "colour" expected one of "red", "green", got "blue".',
    ],
    [
      "a choice among others nobody offered",
      "checkboxes",
      '["milk","arsenic"]',
      'CHOICE_UNKNOWN: "extras" expected one of "milk", "sugar", got "arsenic".',
    ],
    ["the same choice a thousand times", "checkboxes", JSON.stringify(Array(1000).fill("milk")), "complete"],
    [
      "a key that reaches into every object",
      "json",
      '{"__proto__":{"polluted":1}}',
      'PAYLOAD_INVALID: A payload may have no key "__proto__".',
    ],
    [
      "the same inside a list",
      "json",
      '[{"__proto__":{"polluted":1}}]',
      'PAYLOAD_INVALID: A payload may have no key "__proto__".',
    ],
    [
      "a file that is a path",
      "image",
      '"/etc/passwd"',
      'PAYLOAD_INVALID: "picture" expected an object, got "/etc/passwd".',
    ],
    [
      "a file that is a path in an object",
      "image",
      '{"path":"/etc/passwd"}',
      'PAYLOAD_INVALID: "picture" expected a field at kind, got none.',
    ],
    [
      "a file that is a url",
      "image",
      '{"kind":"file","url":"http://169.254.169.254/"}',
      'PAYLOAD_INVALID: "picture" expected a field at id, got none.',
    ],
    [
      "an element of a gallery that is a path",
      "gallery",
      '[{"media":"/etc/passwd"}]',
      'PAYLOAD_INVALID: "album" expected a field at 0.file, got none.',
    ],
    [
      "an element of a list of files that is a url",
      "files",
      '["http://127.0.0.1:22/"]',
      'PAYLOAD_INVALID: "papers" expected an object at 0, got "http://127.0.0.1:22/".',
    ],
  ])("%s", async (_what, name, payload, answer) => {
    expect(await answerTo(name, payload)).toBe(answer);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    await neighbourNoticesNothing();
  });

  test("an unknown listener", async () => {
    expect(describeEnd(await visitor.run("l999", [1]))).toBe(
      "UNKNOWN_LISTENER: The app has no listener l999.",
    );
    await neighbourNoticesNothing();
  });

  test.each([
    ["too few", [], "WRONG_INPUT_COUNT: Expected 1 input, got 0."],
    ["too many", [1, 2], "WRONG_INPUT_COUNT: Expected 1 input, got 2."],
  ])("%s of them", async (_what, payloads, answer) => {
    expect(describeEnd(await visitor.run(listener("number"), payloads))).toBe(answer);
    await neighbourNoticesNothing();
  });

  test("an unknown block as what started it", async () => {
    const jobId = "job-of-nobody";
    const trigger = { blockId: "b999", event: "click" };
    visitor.send({ type: "run", jobId, listenerId: listener("number"), payloads: [1], trigger });
    expect(describeEnd(await visitor.end(jobId))).toBe("UNKNOWN_BLOCK: The app has no block b999.");
    await neighbourNoticesNothing();
  });
});

describe("a session", () => {
  test("that nobody has: the page gets one of its own, and is told", async () => {
    const kept = { session: { id: "aaaa" as never, secret: "guess" }, lastSeq: 3, payloads: new Map() };
    const page = await BarePage.open(served.url, { kept });
    expect(page.welcome).toMatchObject({ outcome: "new", reason: "SESSION_UNKNOWN" });
    expect(page.kept.session.id).not.toBe("aaaa");
    await page.close();
    await neighbourNoticesNothing();
  });

  test("of the neighbour, with a guessed secret", async () => {
    const { id } = neighbour.kept.session;
    const kept = { session: { id, secret: visitor.kept.session.secret }, lastSeq: 0, payloads: new Map() };
    const page = await BarePage.open(served.url, { kept });
    expect(page.welcome).toMatchObject({ outcome: "new", reason: "SESSION_UNKNOWN" });
    expect(page.kept.session.id).not.toBe(id);
    expect(page.frames).toHaveLength(1);
    await page.close();
    await neighbourNoticesNothing();
  });

  test("that nobody has cannot upload either", async () => {
    const answer = await upload("a.txt", "x", { "x-vitrine-session": "aaaa.guess" });
    expect(answer).toEqual([401, "SESSION_UNKNOWN: An upload needs the credentials of an open session."]);
    await neighbourNoticesNothing();
  });
});

interface Ref {
  readonly kind: "file";
  readonly id: string;
  readonly url: string;
  readonly [key: string]: unknown;
}

async function upload(
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers = visitor.credentials,
): Promise<[status: number, answer: string]> {
  const url = `${served.url}upload?name=${encodeURIComponent(name)}`;
  const response = await fetch(url, { method: "POST", body, headers });
  const text = await response.text();
  if (response.ok) return [response.status, text];
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  return [response.status, `${error.code}: ${error.message}`];
}

async function uploaded(name: string, body: string | Uint8Array<ArrayBuffer>, page = visitor): Promise<Ref> {
  const [status, text] = await upload(name, body, page.credentials);
  if (status !== 201) throw new Error(text);
  return JSON.parse(text) as Ref;
}

/** Where a reference may stand in a payload. */
const places: readonly [listener: string, payload: (ref: object) => unknown][] = [
  ["image", (ref) => ref],
  ["gallery", (ref) => [{ file: ref, thumbnail: null, caption: null, width: null, height: null }]],
  ["files", (ref) => [ref]],
];

describe.each(places)("a file reference for %s", (name, payload) => {
  const end = async (ref: object) => describeEnd(await visitor.run(listener(name), [payload(ref)]));

  test("of another session", async () => {
    const theirs = await uploaded("theirs.png", await pixel(), neighbour);
    expect(await end(theirs)).toBe('FILE_UNKNOWN: This session has no file like "theirs.png".');
    await neighbourNoticesNothing();
  });

  test("that is forged: an id that looks right", async () => {
    const mine = await uploaded("mine.png", await pixel());
    const last = mine.id.at(-1) === "0" ? "1" : "0";
    expect(await end({ ...mine, id: mine.id.slice(0, -1) + last })).toBe(
      'FILE_UNKNOWN: This session has no file like "mine.png".',
    );
    await neighbourNoticesNothing();
  });

  test.each([
    "../../etc/passwd",
    "/etc/passwd",
    "\0",
    "http://127.0.0.1:22/",
    "file:///etc/passwd",
    "__proto__",
  ])("whose id is %j", async (id) => {
    const mine = await uploaded("mine.png", await pixel());
    expect(await end({ ...mine, id })).toMatch(
      /^PAYLOAD_INVALID: "\w+" expected a file reference issued by this server at [\w.]*id, got /,
    );
    await neighbourNoticesNothing();
  });

  test("whose name, type and address were changed: only its id counts", async () => {
    const mine = await uploaded("mine.png", await pixel());
    const changed = { ...mine, name: "../../etc/passwd", url: "http://127.0.0.1:22/", sizeBytes: 9 };
    expect(await end(changed)).toBe("complete");
    await neighbourNoticesNothing();
  });
});

describe("an upload", () => {
  test("over the limit", async () => {
    expect(await upload("large.bin", new Uint8Array(maxUploadBytes + 1))).toEqual([
      413,
      "FILE_TOO_LARGE: Expected a file of at most 300 kB; this one is larger.",
    ]);
    await neighbourNoticesNothing();
  });

  test("over the limit that does not say how long it is", async () => {
    const answer = await sendSlowly({ "transfer-encoding": "chunked" }, async (write) => {
      for (let sent = 0; sent <= maxUploadBytes; sent += 50_000) await write(Buffer.alloc(50_000));
    });
    expect(answer).toContain("FILE_TOO_LARGE");
    await neighbourNoticesNothing();
  });

  test("cut in the middle leaves nothing, and the session uploads on", async () => {
    await sendSlowly({ "content-length": "1000" }, async (write, cut) => {
      await write(Buffer.alloc(500));
      cut();
    });
    expect((await upload("next.txt", "whole"))[0]).toBe(201);
    await neighbourNoticesNothing();
  });
});

describe("a picture", () => {
  test.each<
    [what: string, bytes: () => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>, answer: string]
  >([
    [
      "that is text",
      () => new TextEncoder().encode("no picture"),
      'IMAGE_INVALID: "picture" expected a picture, got a file of type text/plain.',
    ],
    [
      "that is empty",
      () => new Uint8Array(),
      'IMAGE_INVALID: "picture" expected a picture, got a file of type text/plain.',
    ],
    [
      "that breaks off",
      async () => (await pixel(64)).slice(0, 60),
      'IMAGE_INVALID: "picture" expected a picture, got a file that cannot be read as one.',
    ],
    [
      "of 400 megapixels in 50 kB",
      () => bomb(20_000, 20_000),
      'IMAGE_TOO_LARGE: "picture" expected a picture of at most 100 megapixels, got 20000 × 20000 pixels.',
    ],
    [
      "that says it has 3600 megapixels",
      () => bomb(60_000, 60_000, 10),
      'IMAGE_TOO_LARGE: "picture" expected a picture of at most 100 megapixels, got 60000 × 60000 pixels.',
    ],
    [
      "whose sides overflow",
      () => bomb(2 ** 31 - 1, 2 ** 31 - 1, 10),
      'IMAGE_INVALID: "picture" expected a picture, got a file that cannot be read as one.',
    ],
  ])("%s", async (_what, bytes, answer) => {
    const ref = await uploaded("picture.png", await bytes());
    expect(describeEnd(await visitor.run(listener("image"), [ref]))).toBe(answer);
    await neighbourNoticesNothing();
  });
});

describe("a frame", () => {
  test.each<[what: string, frame: string | Buffer, message: string]>([
    ["that is no JSON", "{not json", "PROTOCOL_FRAME: A frame expected JSON text, got something else."],
    ["that is empty", "", "PROTOCOL_FRAME: A frame expected JSON text, got something else."],
    [
      "that is a list",
      "[]",
      'PROTOCOL_FRAME: A frame expected ("hello" | "run" | "call" | "cancel" | "ack" | "ping") at type, got nothing.',
    ],
    [
      "of an unknown type",
      '{"type":"nonsense"}',
      'PROTOCOL_FRAME: A frame expected ("hello" | "run" | "call" | "cancel" | "ack" | "ping") at type, got "nonsense".',
    ],
    ["without its fields", '{"type":"run"}', "PROTOCOL_FRAME: A frame expected a field at jobId, got none."],
    [
      "with a field of the wrong type",
      '{"type":"ack","seq":"1"}',
      'PROTOCOL_FRAME: A frame expected a number at seq, got "1".',
    ],
    ["that nests too deeply", nested(100_000), "PROTOCOL_FRAME: A frame may nest 64 levels deep, got more."],
    ["that is binary", Buffer.from([1, 2, 3]), "PROTOCOL_FRAME: A frame expected text, got binary data."],
    [
      "that says hello again",
      '{"type":"hello","version":1}',
      "PROTOCOL_ORDER: This connection has said hello.",
    ],
    [
      "that cancels a job of nobody",
      '{"type":"cancel","jobId":"not-a-job"}',
      "UNKNOWN_JOB: This session has no such job.",
    ],
  ])("%s", async (_what, frame, message) => {
    const before = visitor.messages("refused").length;
    visitor.socket.send(frame);
    await visitor.until(() => visitor.messages("refused").length > before);
    const { code, message: words } = visitor.messages("refused").at(-1)?.error ?? {};
    expect(`${code}: ${words}`).toBe(message);
    await neighbourNoticesNothing();
  });

  test("over a mebibyte ends its socket with 1009; the page comes back to its session", async () => {
    const page = await BarePage.open(served.url);
    page.send({ type: "ping", filling: "x".repeat(1 << 20) });
    expect(await page.closed).toBe(1009);
    const back = await BarePage.open(served.url, { kept: page.kept });
    expect(back.welcome).toMatchObject({ outcome: "resumed", session: page.kept.session });
    await back.close();
    await neighbourNoticesNothing();
  });
});

describe("a function", () => {
  test.each<[what: string, listener: string, answer: string]>([
    [
      "that throws an Error",
      "throwsError",
      "FUNCTION_FAILED: The app's function failed. Its author finds the cause in the log under job ….",
    ],
    ["that throws a UserError", "throwsUserError", "USER_ERROR: Only on weekdays."],
    [
      "that throws text",
      "throwsText",
      "FUNCTION_FAILED: The app's function failed. Its author finds the cause in the log under job ….",
    ],
    [
      "that throws nothing at all",
      "throwsNothing",
      "FUNCTION_FAILED: The app's function failed. Its author finds the cause in the log under job ….",
    ],
    [
      "that throws after a yield",
      "throwsAfterYield",
      "FUNCTION_FAILED: The app's function failed. Its author finds the cause in the log under job ….",
    ],
    ["that never ends", "neverEnds", "JOB_TOO_LONG: The job took longer than 0.2 seconds."],
    [
      "that returns too few values",
      "tooFew",
      "WRONG_OUTPUT_COUNT: The function returned 1 value for 2 outputs.",
    ],
    ["that returns too many", "tooMany", "WRONG_OUTPUT_COUNT: The function returned 3 values for 2 outputs."],
    [
      "that returns one where two are needed",
      "notAnArray",
      "WRONG_OUTPUT_COUNT: The function returned a string; its 2 outputs take an array of 2 values.",
    ],
    [
      "that returns nothing where two are needed",
      "returnsNothing",
      "WRONG_OUTPUT_COUNT: The function returned nothing; its 2 outputs take an array of 2 values.",
    ],
    [
      "that returns what its output cannot show",
      "cannotShow",
      'VALUE_NOT_SHOWN: "guests" shows a finite number, got object.',
    ],
    [
      "that returns what nothing can show",
      "cannotShowSymbol",
      'VALUE_NOT_SHOWN: "shown" cannot show the value at $: a symbol has no place in JSON.',
    ],
  ])("%s", async (_what, name, answer) => {
    const end = describeEnd(await visitor.run(listener(name), [])).replace(/job job-\w+/, "job …");
    expect(end).toBe(answer);
    expect(end).not.toContain("secret");
    await neighbourNoticesNothing();
  });

  test("keeps what it yielded before it threw", async () => {
    await visitor.run(listener("throwsAfterYield"), []);
    expect([...visitor.payloads.values()]).toContain("so far");
  });
});

describe("a script", () => {
  const script = (text: string) =>
    ScriptFolder.create({ "app.ts": `import { Interface } from "vitrine";\n${text}` });
  const good = `export default new Interface((text) => text, "text", "text");`;

  test.each<[what: string, text: string, answer: string]>([
    [
      "with a run-time error",
      "const nothing: any = null;\nnothing.field;",
      "app.ts:3:9: Cannot read properties of null (reading 'field') (SCRIPT_FAILED)",
    ],
    ["with a syntax error", "const x = ;", 'app.ts:2:11: Unexpected ";" (SCRIPT_FAILED)'],
    [
      "that wires what does not fit",
      'export default new Interface((a) => a, "txet", "text");',
      'app.ts:2:16: Expected the name of a component ("button", "chatbot", "checkbox", "checkboxgroup", "dropdown", "file", "files", "gallery", "html", "image", "json", "label", "markdown", "number", "radio", "slider", "state", "text", "textarea", "textbox"), got "txet". (UNKNOWN_SHORTCUT) (SCRIPT_FAILED)',
    ],
  ])("%s", async (_what, text, answer) => {
    await using folder = await script(text);
    await using command = new Command(folder, ["app.ts", "--port", "0"]);
    expect(await command.ended).toBe(1);
    const line = command.output.split("\n").find((candidate) => /\([A-Z_]+\)$/.test(candidate));
    expect(line).toBe(answer);
    await neighbourNoticesNothing();
  });

  test("with a mistake only the compiler sees is served all the same: types stop nobody at run time", async () => {
    await using folder = await script(`const wrong: string = 3;\nvoid wrong;\n${good}`);
    await using command = new Command(folder, ["app.ts", "--port", "0"]);
    expect((await fetch(`${await command.url()}/`)).status).toBe(200);
  });

  test("whose port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await using folder = await script(good);
    await using command = new Command(folder, ["app.ts", "--port", String(port)]);
    expect(await command.ended).toBe(1);
    expect(command.output).toContain(`Port ${port} of 127.0.0.1 is in use by another program. (PORT_IN_USE)`);
    other.close();
    await neighbourNoticesNothing();
  });
});

/** Sends an upload piece by piece; gives what was answered, or nothing when the line was cut. */
async function sendSlowly(
  headers: Readonly<Record<string, string>>,
  send: (write: (bytes: Uint8Array) => Promise<void>, cut: () => void) => Promise<void>,
): Promise<string> {
  const sent = request(`${served.url}upload?name=slow.bin`, {
    method: "POST",
    headers: { ...visitor.credentials, ...headers },
  });
  const answer = new Promise<string>((resolve) => {
    sent.on("error", () => resolve(""));
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("close", () => resolve(text));
    });
  });
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => void sent.write(bytes, () => resolve()));
  await send(write, () => void sent.destroy());
  sent.end();
  return answer;
}

async function pixel(side = 1): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width: side, height: side, channels: 3, background: "red" } as const;
  return new Uint8Array(await sharp({ create }).png().toBuffer());
}

/** A PNG of black and white pixels that packs into almost nothing; `rows` of them are there. */
function bomb(width: number, height: number, rows = height): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rowBytes = 1 + Math.ceil(width / 8);
  const pixels = deflateSync(Buffer.alloc(Math.min(rowBytes * rows, 60_000_000)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
